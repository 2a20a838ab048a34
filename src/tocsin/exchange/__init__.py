"""What goes out to others: selections of the register in the formats that others read."""

"""The register: taking new states of lists, joining listings to subjects, and answering who lists whom."""

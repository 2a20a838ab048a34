"""The steps from one schema to the next, run by Alembic when a writer opens the database."""

"""The register's files: the database with its history, the raw snapshots, the audit. Only this room speaks SQL.

Nothing is imported here: `store.audit` must load without SQLAlchemy, whose import costs more than a whole answer may.
"""

"""Migrations of the people tables, oldest first."""

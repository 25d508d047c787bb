"""Meldingskontroll: the audit that finds lost concern reports and guards their deletion."""

__version__ = "0.1.0"

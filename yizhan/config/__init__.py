"""Wiring: settings, addresses, servers, the command line. No rule and no page lives here."""

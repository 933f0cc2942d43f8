"""The domain as a visitor sees it: DNS, TLS and HTTP from here."""

"""Example networks served over real SSH on loopback: what is after the socket is the shipped code."""

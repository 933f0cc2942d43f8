"""A small world to rehearse in: a network, its host, Closte, the DNS and a clock, simulated together.

What the plugin, Closte and the DNS do is played by the facts of DOMAIN sections 1 to 3; every evidence
file is derived from what happened. So a fault is one line, and its traces agree wherever they show.
Kept out: any conclusion. Nothing here imports the analyzers; the two are each other's check.
"""

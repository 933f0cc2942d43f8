"""The Closte API: what is sent, what is answered."""

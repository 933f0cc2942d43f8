"""Everything that touches the world: hosts, DNS, TLS, HTTP, the Closte API, files and the terminal."""

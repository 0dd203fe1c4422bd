"""The web server, tested at its ASGI surface, as processes, and in a browser."""

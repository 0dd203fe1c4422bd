"""The web server around the pages: settings, hosts, cookies, headers, the few routes of our own, and the start."""

"""What must stay quick: each module measures one thing and prints it as a ratio to the work that nobody can save."""

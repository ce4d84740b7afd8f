"""What an operator of a fleet does with its database: make it ready, look at it, drain it, take back what dead workers hold."""

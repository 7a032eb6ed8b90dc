"""What real models need beside their own clients: prices, who answers in whose place, what was answered before."""

"""Planning again what a person has looked at: with budgets of theirs, or with what they wish."""

"""Where LangGraph keeps the state of every thread."""

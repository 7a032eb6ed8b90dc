"""The durable campaign loop, beside the same nodes on stock LangGraph."""

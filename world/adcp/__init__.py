"""The Ad Context Protocol: buying from any AdCP seller over MCP, and a seller of our own to buy from."""

"""Analytics: what happened, read models of it, reports and exports."""

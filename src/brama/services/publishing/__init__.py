"""The static shop: pages and files that stand when everything else lies down."""

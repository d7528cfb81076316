"""The outside world of publishing: the site's folder and the shop's build."""

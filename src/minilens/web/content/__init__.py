"""Articles, followers and menu of Official Accounts by API and by pages."""

"""What readers of the feed need: following it by its manifest, views of a record in other forms, exports. No Scrapy."""

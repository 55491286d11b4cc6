"""The account of a sentence: whose each word is, what an understanding leaves over, and what that costs it."""

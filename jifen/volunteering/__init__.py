"""Volunteer hours (志愿服务时长): the fact in integer minutes; what it is worth in points is the rulebook's matter."""

"""What runs by the clock. APScheduler only ticks; what is due lies in our tables."""

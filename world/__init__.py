"""Everything outside: sales, weather, search and the ad platform, simulated or real, behind one set of protocols."""

<?php
/**
 * Plugin Name: Closte Requirements
 * Description: Marks the lab's host as one of Closte's; its real namesake does more (DOMAIN 1.1).
 */

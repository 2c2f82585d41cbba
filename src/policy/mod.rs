//! The company's rules: limits, leave instant, authority, waivers, and the project file, raw and validated.

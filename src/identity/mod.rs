//! Who is who and which source wins: matches, employments, moves, account states.

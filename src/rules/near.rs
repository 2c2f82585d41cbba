//! "Did you mean …?": the known word that a misspelt one is nearest to.

/// Nobody misspells an id at this length; the comparison would take its square.
const LONGEST_WORD: usize = 100;
/// So many letters are enough to tell what a word begins like.
const BEGUN: usize = 4;

/// `did you mean "…"?`, when a known word is close enough to what was written.
pub fn did_you_mean<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<String> {
    if word.len() > LONGEST_WORD {
        return None;
    }
    let plain = |text: &str| text.to_lowercase().replace(['_', ' '], "-");
    let wanted = plain(word);
    let letters = wanted.chars().count();
    let allowed = (letters / 3).max(1);
    // The beginning of a word is as near as the word: `began` for `began_lo`.
    let near = |candidate: &'w str| {
        let candidate_plain = plain(candidate);
        let begun = letters >= BEGUN && candidate_plain.starts_with(&wanted);
        let distance = strsim::osa_distance(&wanted, &candidate_plain);
        (if begun { distance.min(allowed) } else { distance }, candidate)
    };
    known
        .into_iter()
        .map(near)
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| format!("did you mean \"{candidate}\"?"))
}

/// `did you mean "…"?`, or else all known words.
pub fn did_you_mean_or_all(word: &str, known: &[&str]) -> String {
    did_you_mean(word, known.iter().copied()).unwrap_or_else(|| format!("expected one of {}", known.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        let known =
            ["began_hi", "began_lo", "account_id", "leaver-lag", "nist-csf-1.1", "nist-csf-2.0", "orphan-accounts"];
        for (word, found) in [
            ("acount_id", Some("account_id")),
            ("Leaver Lagg", Some("leaver-lag")),
            ("began", Some("began_hi")),
            ("orphan", Some("orphan-accounts")),
            ("be", None),
            ("nist-csf-2", Some("nist-csf-2.0")),
            ("zzz", None),
        ] {
            let said = did_you_mean(word, known);
            assert_eq!(said, found.map(|found| format!("did you mean \"{found}\"?")), "{word}");
        }
    }
}

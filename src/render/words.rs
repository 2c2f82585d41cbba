//! Words that no report of this tool uses, because only an auditor, or nobody, may say them.

/// Every word and phrase that is refused in templates, in a company's wording and in outputs.
///
/// "met" is not among them: it speaks of the configured limit, and never stands without its `k of n`.
pub const NEVER: [&str; 31] = [
    "certified",
    "certificate",
    "certification",
    "compliant",
    "compliance",
    "audit-proof",
    "guaranteed",
    "guarantee",
    "passes",
    "passed",
    "fails",
    "NIST-approved",
    "OWASP-approved",
    "official mapping",
    "effective",
    "effectively",
    "effectiveness",
    "reasonable assurance",
    "opinion",
    "material weakness",
    "significant deficiency",
    "audited",
    "attested",
    "attestation",
    "verified by",
    "immediately",
    "promptly",
    "without undue delay",
    "no orphaned accounts",
    "tamper-proof",
    "complete",
];

/// Which of [`NEVER`] occur in a text as whole words, whatever their case and the blanks between them.
pub fn refused(text: &str) -> Vec<&'static str> {
    let lower = text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '-' || c == '_');
    let stands_alone = |phrase: &str| {
        let needle = phrase.to_lowercase();
        lower
            .match_indices(&needle)
            .any(|(at, _)| !joins(lower[..at].chars().next_back()) && !joins(lower[at + needle.len()..].chars().next()))
    };
    NEVER.into_iter().filter(|phrase| stands_alone(phrase)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_found_and_parts_of_words_are_not() {
        assert_eq!(refused("It is Compliant, 0 failed."), ["compliant"]);
        assert_eq!(refused("verified\n   by us"), ["verified by"]);
        assert_eq!(refused("non-effective completeness"), Vec::<&str>::new());
    }
}

//! The metric files that are compiled in. A test compares this list with the folder.

pub(super) const VIEWS: (&str, &str) =
    ("mappings/metrics/_views.sql", include_str!("../../mappings/metrics/_views.sql"));

macro_rules! shipped {
    ($($id:literal),* $(,)?) => {
        /// Name without `.sql`, path for messages, text.
        pub(super) const FILES: &[(&str, &str, &str)] = &[$((
            $id,
            concat!("mappings/metrics/", $id, ".sql"),
            include_str!(concat!("../../mappings/metrics/", $id, ".sql")),
        )),*];
    };
}

shipped!(
    "dormant-accounts",
    "former-staff-access",
    "hr-recording-lag",
    "leaver-credentials",
    "leaver-lag",
    "leaver-lag-notified",
    "leaver-sign-in",
    "match-coverage",
    "nhi-to-human-ratio",
    "orphan-accounts",
    "ownerless-nhi",
    "ownership-coverage",
    "reenabled-leaver",
    "source-conflicts",
    "sync-recovery",
    "sync-success-rate",
    "unknown-age-credentials",
    "unrotated-keys",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_compiled_in() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("mappings/metrics");
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .expect("the folder")
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter_map(|name| name.strip_suffix(".sql").map(str::to_owned))
            .filter(|name| name != "_views")
            .collect();
        names.sort();
        assert_eq!(FILES.iter().map(|(id, ..)| *id).collect::<Vec<_>>(), names);
    }
}

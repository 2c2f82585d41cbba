//! Writes the pages where a person can look at them: `cargo test --test suite -- --ignored look`.

use overstay::render::{Templates, html};

use super::fixture;

#[test]
#[ignore = "writes pages for the eye under target/tmp"]
#[expect(clippy::disallowed_methods, reason = "a developer's command, not part of the tool")]
fn look() {
    let templates = Templates::shipped().expect("templates");
    for (name, report) in [("report.html", fixture::report()), ("empty.html", fixture::empty())] {
        let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(path, html::report(&report, &templates).expect("HTML")).expect("written");
    }
}

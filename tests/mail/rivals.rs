//! What other runs, other rules, other mail files and people with an editor do to mails that wait.

use std::cell::Cell;
use std::path::Path;
use std::time::Duration;

use overstay::mail::{Attachment, Config, Outbox, Readers, Sent, State, World, deliver};

use super::delivery::{Server, TWO, run, run_on, trouble};
use super::fixture::{config, config_in, drift, plan, plan_of};

const NOW: &str = "2026-11-24T08:30:00Z";

fn put(folder: &Path, config: &Config) -> Outbox {
    let mut outbox = Outbox::open(folder).expect("an outbox");
    let _ = outbox.put(&plan_of(config, &drift()).mails, &Readers::of(config, false, &[])).expect("put");
    outbox
}

fn state(folder: &Path, to: &str) -> State {
    let outbox = Outbox::look(Some(folder)).expect("an outbox");
    outbox.entries().iter().find_map(|entry| entry.reply(to)).expect("a recipient").state
}

fn recipients(server: &Server) -> Vec<Vec<&str>> {
    server.seen.iter().map(|(to, _)| to.iter().map(|to| &to[..1]).collect()).collect()
}

/// One rule for each letter, with a report or without.
fn rules(list: &[(&str, bool)]) -> String {
    let rule = |(to, file): &(&str, bool)| {
        let attach = if *file { "attach = \"pdf\"\n" } else { "" };
        format!("[[recipient]]\nto = \"{to}@acme.example\"\n{attach}")
    };
    list.iter().map(rule).collect::<Vec<_>>().concat()
}

#[test]
fn rules_that_ask_for_the_same_are_one_mail() {
    let two = "[[recipient]]\nname = \"grc\"\nto = [\"a@acme.example\"]\n\
               [[recipient]]\nto = [\"A@acme.example\", \"b@acme.example\"]\n";
    let both = plan(two, &drift());
    assert_eq!((both.mails.len(), both.mails[0].label.as_str()), (1, "grc and rule 2"));
    assert_eq!(both.mails[0].to, ["a@acme.example", "b@acme.example"]);
    // The same mail as that of one rule, but for who else gets it.
    assert_eq!(both.mails[0].content, plan("[[recipient]]\nto = [\"c@acme.example\"]\n", &drift()).mails[0].content);
    let apart = plan(&rules(&[("a", true), ("b", false)]), &drift());
    assert_eq!(apart.mails.len(), 2, "a report makes another mail of it");
}

#[test]
fn who_did_not_ask_for_it_gets_no_mail_about_nothing() {
    let always = format!("{}always = true\n", rules(&[("a", false), ("b", false)]));
    let plan = plan(&always, &super::fixture::unchanged());
    assert_eq!(
        (plan.mails[0].to.as_slice(), plan.silent),
        (&["b@acme.example".to_owned()][..], vec!["rule 1".to_owned()])
    );
}

#[test]
fn a_report_goes_to_nobody_whose_rule_does_not_attach_it() {
    let with = |list: &[(&str, bool)]| config(&rules(list));
    for (after, packs) in [([("a", false), ("b", true)], true), ([("a", false), ("b", true)], false)] {
        let folder = tempfile::tempdir().expect("a folder");
        let mut server = Server::with((0..6).map(|_| trouble(true, false, false)).collect());
        let _ = run_on(folder.path(), &with(&[("a", true), ("b", false)]), &drift(), &mut server, NOW);
        server.seen.clear();
        let mut then = drift();
        if !packs {
            then.drift_id = "ba9876543210".to_owned();
        }
        let ran = run_on(folder.path(), &with(&after), &then, &mut server, NOW);
        let gone: Vec<&str> = ran.withdrawn.iter().map(|one| one.to.as_str()).collect();
        assert_eq!(gone, ["a@acme.example"], "what waited with a report");
        // Without a pack there is no file, and the mail says so instead.
        let got = |who: char| {
            let own = server.seen.iter().filter(move |(to, _)| to.iter().any(|to| to.starts_with(who)));
            own.map(|(_, mail)| mail.contains("report.pdf")).collect::<Vec<_>>()
        };
        assert!(!got('a').is_empty() && !got('a').contains(&true));
        assert!(got('b').contains(&true));
    }
}

#[test]
fn the_command_line_asks_for_reports_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = config(&rules(&[("a", true)]));
    let outbox = put(folder.path(), &config);
    let bare = super::fixture::config(&rules(&[("a", false)]));
    let may = |attach: &[Attachment]| Readers::of(&bare, false, attach).may_get(&outbox.entries()[0], "a@acme.example");
    assert_eq!((may(&[]), may(&[Attachment::Html]), may(&[Attachment::Pdf])), (false, false, true));
}

#[test]
fn a_kept_mail_is_not_written_over_while_others_wait_for_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::with(vec![trouble(false, true, false)]);
    let _ = run(folder.path(), &rules(&[("a", false)]), &drift(), &mut server);
    // The rule of a asks for more now: what waits may still go there.
    let _ = run(folder.path(), &rules(&[("b", false), ("a", true)]), &drift(), &mut server);
    assert_eq!(recipients(&server)[1], ["a", "b"]);
    assert!(server.seen[1].1.contains("\r\nTo: a@acme.example\r\n"), "{}", server.seen[1].1);
}

#[test]
fn a_copy_of_the_mail_file_sends_nothing_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::default();
    let _ = run(folder.path(), TWO, &drift(), &mut server);
    let copy = config_in("copy.toml", &TWO.replace("\"b@acme.example\"", "\"b@acme.example\", \"c@acme.example\""));
    let _ = run_on(folder.path(), &copy, &drift(), &mut server, NOW);
    assert_eq!(recipients(&server), [vec!["a", "b"], vec!["c"]]);
}

#[test]
fn what_waits_for_one_mail_file_and_came_by_another_is_not_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::with(vec![trouble(false, true, false)]);
    let _ = run(folder.path(), TWO, &drift(), &mut server);
    let copy = config_in("copy.toml", TWO);
    let _ = run_on(folder.path(), &copy, &drift(), &mut server, NOW);
    let (report, _) = run(folder.path(), TWO, &drift(), &mut server);
    assert_eq!((server.seen.len(), report.mails.len(), report.is_open()), (2, 0, false));
    assert!(!folder.path().join("withdrawn").exists());
}

/// Sends to a and b, and does something in the pause after the first attempt.
fn in_the_pause(folder: &Path, server: &mut Server, what: &dyn Fn()) -> Result<bool, String> {
    let config = config(TWO);
    let readers = Readers::of(&config, false, &[]);
    let mut outbox = put(folder, &config);
    assert!(outbox.begin(Duration::ZERO).expect("a lock"));
    let world = World { now: &|| crate::support::at(NOW), sleep: &|_| what(), say: &|_| () };
    let settings = config.server.as_ref().expect("a server");
    let report = deliver(&mut outbox, &readers, settings, server, &world);
    report.map(|report| report.is_open()).map_err(|failure| failure.to_string())
}

#[test]
fn who_is_withdrawn_in_a_pause_gets_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::with(vec![trouble(true, false, false)]);
    let what = || drop(put(folder.path(), &config("[[recipient]]\nto = \"a@acme.example\"\n")));
    assert_eq!(in_the_pause(folder.path(), &mut server, &what), Ok(false));
    assert_eq!(recipients(&server), [vec!["a", "b"], vec!["a"]]);
    assert_eq!(state(folder.path(), "b@acme.example"), State::Withdrawn);
}

/// A server that takes its time over the recipients.
struct Slow<'a> {
    server: Server,
    before: &'a dyn Fn(),
}

impl overstay::mail::Transport for Slow<'_> {
    fn send(
        &mut self,
        from: &str,
        to: &[String],
        mail: &[u8],
        hand_over: &mut dyn FnMut(&[String]) -> bool,
    ) -> Result<Sent, overstay::mail::Trouble> {
        (self.before)();
        self.server.send(from, to, mail, hand_over)
    }
}

#[test]
fn who_is_withdrawn_before_the_mail_goes_gets_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let all = config(TWO);
    let mut outbox = put(folder.path(), &all);
    let once = Cell::new(true);
    let before = || {
        if once.take() {
            drop(put(folder.path(), &config("[[recipient]]\nto = \"a@acme.example\"\n")));
        }
    };
    let mut slow = Slow { server: Server::default(), before: &before };
    let world = World { now: &|| crate::support::at(NOW), sleep: &|_| (), say: &|_| () };
    let settings = all.server.as_ref().expect("a server");
    let report = deliver(&mut outbox, &Readers::of(&all, false, &[]), settings, &mut slow, &world).expect("a report");
    assert_eq!((recipients(&slow.server), report.is_open()), (vec![vec!["a"]], false));
    assert_eq!(state(folder.path(), "b@acme.example"), State::Withdrawn);
}

#[test]
fn nothing_is_sent_when_the_record_is_put_aside_meanwhile() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = folder.path().join("deliveries.json");
    let mut server = Server::with(vec![trouble(true, false, false)]);
    let said = in_the_pause(folder.path(), &mut server, &|| std::fs::remove_file(&record).expect("removed"));
    assert!(said.expect_err("a failure").contains("the record does not know a mail that is being sent"));
    assert_eq!(server.seen.len(), 1);
    // Nor when it happens while the server is asked.
    let aside = || drop(std::fs::remove_file(&record));
    let all = config(TWO);
    let mut outbox = put(folder.path(), &all);
    let mut slow = Slow { server: Server::default(), before: &aside };
    let world = World { now: &|| crate::support::at(NOW), sleep: &|_| (), say: &|_| () };
    let settings = all.server.as_ref().expect("a server");
    let said = deliver(&mut outbox, &Readers::of(&all, false, &[]), settings, &mut slow, &world);
    assert!(said.is_err() && slow.server.seen.is_empty());
}

#[test]
fn a_finished_mail_that_a_cut_run_left_is_taken_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::with(vec![trouble(false, true, false)]);
    let _ = run(folder.path(), TWO, &drift(), &mut server);
    let outbox = Outbox::look(Some(folder.path())).expect("an outbox");
    let kept = folder.path().join(outbox.entries()[0].eml.as_ref().expect("a kept mail"));
    let bytes = std::fs::read(&kept).expect("the kept mail");
    let (report, _) = run(folder.path(), TWO, &drift(), &mut server);
    assert!(!report.is_open() && !kept.exists());
    // As if the run had ended before the file was gone.
    super::write(&kept, bytes);
    let outbox = Outbox::open(folder.path()).expect("an outbox");
    assert_eq!((outbox.strays().len(), kept.exists()), (0, false));
    // Or as if somebody had mended the record by hand.
    let record = std::fs::read_to_string(folder.path().join("deliveries.json")).expect("a record");
    let name = kept.file_name().expect("a name").to_string_lossy();
    super::write(
        &folder.path().join("deliveries.json"),
        record.replace("\"eml\": null", &format!("\"eml\": \"{name}\"")),
    );
    super::write(&kept, "a mail");
    let outbox = Outbox::open(folder.path()).expect("an outbox");
    assert_eq!((outbox.entries()[0].eml.as_ref(), kept.exists()), (None, false));
}

#[test]
fn what_was_put_aside_is_gone_when_the_address_is_back_and_served() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::with(vec![trouble(false, true, false)]);
    let _ = run(folder.path(), TWO, &drift(), &mut server);
    let mut then = drift();
    then.drift_id = "ba9876543210".to_owned();
    let _ = run(folder.path(), "[[recipient]]\nto = \"c@acme.example\"\n", &then, &mut server);
    let aside = || std::fs::read_dir(folder.path().join("withdrawn")).expect("a folder").count();
    assert_eq!(aside(), 1);
    let _ = run(folder.path(), TWO, &drift(), &mut server);
    assert_eq!((state(folder.path(), "b@acme.example"), aside()), (State::Delivered, 0));
}

#[test]
fn runs_that_end_while_the_mail_goes_out_send_it_three_times_in_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = config(TWO);
    let readers = Readers::of(&config, false, &[]);
    let block = folder.path().join(".deliveries.json.lock");
    let mut sent = 0;
    for _ in 0..3 {
        let mut outbox = put(folder.path(), &config);
        // From the moment at which the mail is handed over nothing can be recorded, as if the run had ended.
        let path = block.clone();
        let look: Box<dyn Fn()> = Box::new(move || std::fs::create_dir(&path).expect("a folder"));
        let mut server = Server { look: Some(look), ..Server::default() };
        let world = World { now: &|| crate::support::at(NOW), sleep: &|_| (), say: &|_| () };
        let settings = config.server.as_ref().expect("a server");
        assert!(deliver(&mut outbox, &readers, settings, &mut server, &world).is_err());
        sent += server.seen.len();
        std::fs::remove_dir(&block).expect("removed");
        assert_eq!(state(folder.path(), "a@acme.example"), State::Unknown);
    }
    let mut server = Server::default();
    let (report, _) = run(folder.path(), TWO, &drift(), &mut server);
    assert_eq!((sent, server.seen.len(), report.is_open()), (3, 0, true), "given up, and said");
    assert_eq!(state(folder.path(), "a@acme.example"), State::GivenUp);
}

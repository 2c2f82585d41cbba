//! Each operation on the disk fails in its turn: alone, as the first of a disk that is full, or as the last before the
//! run is killed. Where each run is long, of operations that differ by a file's name alone the first and the last. What is
//! asked afterwards: is the old or the new there, as a whole; is the answer true; is anything left, and does the next run
//! put that right.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use overstay::drift;
use overstay::failure::Outcome;
use overstay::pipeline::{Clock, PackOptions, RuleOptions, RunOptions, Silent, normalise, report};
use overstay::report::Stamp;
use overstay::writing::{Disk, Folder, Step, Target, write_file, write_new_file};

use super::state;
use crate::support::company::Company;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// One operation fails.
    Once,
    /// From then on nothing has room.
    Full,
    /// Nothing happens any more.
    Killed,
}

const FAULTS: [Fault; 3] = [Fault::Once, Fault::Full, Fault::Killed];

/// `errno` of a broken and of a full disk.
const BROKEN: i32 = 5;
const NO_ROOM: i32 = 28;

/// A disk with a fault at one of its operations, which are counted.
struct Faulty {
    disk: Disk,
    seen: Arc<AtomicUsize>,
}

/// An operation that was seen: its step, and the path that it was about.
type Seen = Vec<(Step, PathBuf)>;

/// A disk on which nothing fails, and what is done on it. `exchanges`: whether it knows how to exchange two names.
fn observed(exchanges: bool) -> (Disk, Arc<Mutex<Seen>>) {
    let seen: Arc<Mutex<Seen>> = Arc::default();
    let log = Arc::clone(&seen);
    let disk = Disk::watched(move |step, path| {
        log.lock().expect("a log").push((step, path.to_owned()));
        if step == Step::Exchange && !exchanges { Err(io::ErrorKind::InvalidInput.into()) } else { Ok(()) }
    });
    (disk, seen)
}

/// The places of the first and the last of the operations that do the same to files with one ending in one folder, and of
/// all that make, lock, move or remove something else.
fn of_each_kind(seen: &Seen) -> Vec<usize> {
    let kind = |(step, path): &(Step, PathBuf)| {
        let of_file = matches!(step, Step::File | Step::Write | Step::Sync) && path.extension().is_some();
        let name = if of_file { path.extension() } else { path.file_name() };
        (*step, path.parent().map(Path::to_owned), name.map(std::ffi::OsStr::to_owned))
    };
    let kinds: Vec<_> = seen.iter().map(kind).collect();
    let is_first = |at: &usize| !kinds[..*at].contains(&kinds[*at]);
    let is_last = |at: &usize| !kinds[at + 1..].contains(&kinds[*at]);
    (0..kinds.len()).filter(|at| is_first(at) || is_last(at)).collect()
}

impl Faulty {
    /// `exchanges`: whether the file system knows how to exchange two names.
    fn new(fault: Fault, at: usize, exchanges: bool) -> Self {
        let seen = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&seen);
        let disk = Disk::watched(move |step, _| {
            let now = count.fetch_add(1, Ordering::SeqCst);
            let takes_room = matches!(step, Step::Folder | Step::File | Step::Write | Step::Sync | Step::Lock);
            let error = match fault {
                Fault::Once if now == at => BROKEN,
                Fault::Full if now >= at && takes_room => NO_ROOM,
                Fault::Killed if now >= at => BROKEN,
                _ if step == Step::Exchange && !exchanges => return Err(io::ErrorKind::InvalidInput.into()),
                _ => return Ok(()),
            };
            Err(io::Error::from_raw_os_error(error))
        });
        Self { disk, seen }
    }

    fn steps(&self) -> usize {
        self.seen.load(Ordering::SeqCst)
    }
}

/// Something that writes, in a folder of its own.
struct Command {
    name: &'static str,
    /// Makes what is there before.
    before: fn(&Path),
    run: fn(&Path, &Disk) -> Outcome<()>,
    /// Whether each run is long: then of operations that do the same not all are broken.
    is_long: bool,
    /// What is written, under the folder.
    target: &'static str,
}

const COMMANDS: [Command; 9] = [
    Command {
        name: "a new folder",
        before: |_| (),
        run: |root, disk| folder(root, disk, "new"),
        is_long: false,
        target: "a/b/pack",
    },
    Command {
        name: "a folder in place of another",
        before: |root| folder(root, &Disk::real(), "old").expect("a folder"),
        run: |root, disk| folder(root, disk, "new"),
        is_long: false,
        target: "a/b/pack",
    },
    Command {
        name: "a new file",
        before: |_| (),
        run: |root, disk| write_file(disk, &root.join("a/file"), b"new"),
        is_long: false,
        target: "a/file",
    },
    Command {
        name: "a file in place of another",
        before: |root| write_file(&Disk::real(), &root.join("file"), b"old").expect("a file"),
        run: |root, disk| write_file(disk, &root.join("file"), b"new"),
        is_long: false,
        target: "file",
    },
    Command {
        name: "a file where none may be",
        before: |_| (),
        run: |root, disk| write_new_file(disk, &root.join("a/file"), b"new").map(|written| assert!(written)),
        is_long: false,
        target: "a/file",
    },
    Command { name: "report", before: |root| exports(root, false), run: reported, is_long: true, target: "pack" },
    Command {
        name: "report in place of another",
        before: |root| {
            exports(root, false);
            reported(root, &Disk::real()).expect("a pack");
            exports(root, true);
        },
        run: reported,
        is_long: true,
        target: "pack",
    },
    Command {
        name: "normalise in place of another",
        before: |root| {
            exports(root, false);
            normalised(root, &Disk::real()).expect("tables");
            exports(root, true);
        },
        run: normalised,
        is_long: true,
        target: "tables",
    },
    Command {
        name: "accept",
        before: |root| {
            exports(root, false);
            reported(root, &Disk::real()).expect("a pack");
            accepted(root, &Disk::real()).expect("an acceptance");
        },
        run: accepted,
        is_long: false,
        target: "accepted.json",
    },
];

fn folder(root: &Path, disk: &Disk, text: &str) -> Outcome<()> {
    use std::io::Write as _;
    let target = Target::take(disk, &root.join("a/b/pack"), std::time::Duration::ZERO)?;
    let folder = Folder::begin(target)?;
    for name in ["one", "inside/two", "inside/three"] {
        let mut file = folder.create(name)?;
        let written = file.write_all(text.as_bytes());
        written.map_err(|cause| overstay::failure::Failure::io("write", file.path(), &cause))?;
    }
    folder.finish().map(drop)
}

/// The people of the company, of whom one was recorded late or not. Most metrics lack their tables: a run writes all kinds
/// of files, and is short enough to be tried at each of its operations.
fn exports(root: &Path, late: bool) {
    let path = "exports/hr/people.csv";
    let text = Company::text(path);
    let text = if late { text.replace("2026-08-10T09:00", "2026-08-29T09:00") } else { text.to_owned() };
    write_file(&Disk::real(), &root.join(path), text.as_bytes()).expect("a file");
}

fn options(root: &Path) -> RunOptions {
    RunOptions {
        exports: root.join("exports"),
        period: Some("2026-Q3".to_owned()),
        as_of: None,
        rules: RuleOptions::default(),
        clock: Clock::Recorded(0),
        findings: 10,
        readings: false,
        except: Vec::new(),
        pseudonyms: None,
    }
}

fn reported(root: &Path, disk: &Disk) -> Outcome<()> {
    let pack = PackOptions { disk: disk.clone(), documents: Vec::new(), ..PackOptions::new(&root.join("pack")) };
    report(&options(root), &pack, &Silent).map(drop)
}

fn normalised(root: &Path, disk: &Disk) -> Outcome<()> {
    normalise(&options(root), &root.join("tables"), false, disk, &Silent).map(drop)
}

fn accepted(root: &Path, disk: &Disk) -> Outcome<()> {
    drift::accept(disk, &root.join("pack"), "I. Heron", "known", Stamp(0)).map(drop)
}

/// What happened in all trials of a command.
#[derive(Debug, Default, PartialEq, Eq)]
struct Figures {
    kills: usize,
    full: usize,
    broken: usize,
}

impl Command {
    /// Runs it with a fault at each of its operations.
    fn suffer(&self, exchanges: bool) -> Figures {
        let mut figures = Figures::default();
        let home = tempfile::tempdir().expect("a folder");
        (self.before)(home.path());
        let old = state(home.path());
        let (new, seen) = {
            let twin = copy(home.path());
            let (disk, seen) = observed(exchanges);
            (self.run)(twin.path(), &disk).expect("no fault");
            let seen = seen.lock().expect("a log").clone();
            (state(twin.path()), seen)
        };
        assert_ne!(old, new, "{}: nothing is written", self.name);
        let mut places = if self.is_long { of_each_kind(&seen) } else { (0..seen.len()).collect() };
        if self.is_long && !exchanges {
            // Until the exchange is tried, nothing is done otherwise than where it succeeds.
            let tried = seen.iter().position(|(step, _)| *step == Step::Exchange).expect("an exchange is tried");
            places.retain(|at| *at >= tried);
        }
        for at in places {
            for fault in FAULTS {
                self.trial(home.path(), (&old, &new), &Faulty::new(fault, at, exchanges), fault, at);
                match fault {
                    Fault::Once => figures.broken += 1,
                    Fault::Full => figures.full += 1,
                    Fault::Killed => figures.kills += 1,
                }
            }
        }
        figures
    }

    fn trial(&self, home: &Path, (old, new): (&State, &State), faulty: &Faulty, fault: Fault, at: usize) {
        let what = format!("{}, {fault:?} at {at}", self.name);
        let root = copy(home);
        let answer = (self.run)(root.path(), &faulty.disk);
        assert!(faulty.steps() > at, "{what}: the fault did not happen");
        let found = state(root.path());
        let own = |state: &State| -> State {
            let inside = Path::new(self.target);
            state.clone().into_iter().filter(|(path, _)| Path::new(path).starts_with(inside)).collect()
        };
        // Where the system cannot exchange folders, the old one may wait for the next run.
        let waits = fault == Fault::Killed && own(&found).is_empty();
        assert!(own(&found) == own(old) || own(&found) == own(new) || waits, "{what}: neither the old nor the new");
        match &answer {
            Ok(()) => assert!(own(&found) == own(new), "{what}: says that it is done"),
            Err(failure) => {
                assert_eq!(failure.kind.exit_code(), 1, "{what}: {failure}");
                let said = failure.to_string();
                assert!(said.contains("(os error 5)") || said.contains("(os error 28)"), "{what}: {said}");
                if fault != Fault::Killed {
                    assert!(own(&found) == own(old), "{what}: says that it failed, and has replaced the old");
                }
            }
        }
        if fault == Fault::Full {
            assert_eq!(found, if answer.is_ok() { new.clone() } else { old.clone() }, "{what}: something is left");
        }
        if found == *old {
            return;
        }
        // The next run puts everything right.
        if own(&found) != own(new) || self.target != "accepted.json" && self.repeats() {
            (self.run)(root.path(), &Disk::real()).unwrap_or_else(|failure| panic!("{what}, then again: {failure}"));
            assert_eq!(state(root.path()), *new, "{what}, then again");
        }
    }

    /// Whether the same command may be run twice.
    fn repeats(&self) -> bool {
        self.name != "a file where none may be"
    }
}

type State = std::collections::BTreeMap<String, Option<Vec<u8>>>;

/// A copy of a folder.
fn copy(from: &Path) -> tempfile::TempDir {
    let to = tempfile::tempdir().expect("a folder");
    for entry in walkdir::WalkDir::new(from).min_depth(1) {
        let entry = entry.expect("an entry");
        let path = to.path().join(entry.path().strip_prefix(from).expect("inside"));
        if entry.file_type().is_dir() {
            std::fs::create_dir(path).expect("a folder");
        } else {
            std::fs::copy(entry.path(), path).expect("a file");
        }
    }
    to
}

fn suffer(which: impl Fn(&Command) -> bool, exchanges: &[bool]) {
    let mut total = Figures::default();
    for command in COMMANDS.iter().filter(|command| which(command)) {
        for exchanges in exchanges {
            let figures = command.suffer(*exchanges);
            println!("{} (exchange {exchanges}): {figures:?}", command.name);
            total.kills += figures.kills;
            total.full += figures.full;
            total.broken += figures.broken;
        }
    }
    let Figures { kills, full, broken } = total;
    println!("{kills} kills, {full} full disks, {broken} failed operations: all as they should be");
    assert!(kills > 5 && full > 5 && broken > 5, "{total:?}");
}

#[test]
fn files_and_folders_survive_every_fault() {
    suffer(|command| !command.is_long && command.name != "accept", &[true, false]);
}

#[test]
fn an_acceptance_survives_every_fault() {
    suffer(|command| command.name == "accept", &[true, false]);
}

#[test]
fn a_new_pack_survives_every_fault() {
    suffer(|command| command.name == "report", &[true]);
}

#[test]
fn a_replaced_pack_survives_every_fault() {
    suffer(|command| command.name == "report in place of another", &[true]);
}

#[test]
fn a_replaced_pack_survives_every_fault_where_names_cannot_be_exchanged() {
    suffer(|command| command.name == "report in place of another", &[false]);
}

#[test]
fn canonical_tables_survive_every_fault() {
    suffer(|command| command.name == "normalise in place of another", &[true, false]);
}

/// Everything lasts before it takes its place, and the taking of the place lasts before the run says that it is done.
#[test]
fn nothing_takes_its_place_before_it_lasts() {
    let which = |command: &&Command| match command.name {
        "accept" => false,
        name => !command.is_long || name == "report in place of another",
    };
    for command in COMMANDS.iter().filter(which) {
        let home = tempfile::tempdir().expect("a folder");
        (command.before)(home.path());
        let (disk, seen) = observed(true);
        (command.run)(home.path(), &disk).expect("no fault");
        let seen = seen.lock().expect("a log");
        let placed = seen.iter().position(|(step, _)| matches!(step, Step::Name | Step::Exchange)).expect("a place");
        let count =
            |part: &[(Step, PathBuf)], wanted: &[Step]| part.iter().filter(|(step, _)| wanted.contains(step)).count();
        let (before, after) = seen.split_at(placed);
        // Folders above the place are made as well: only what is made after the lock is staged.
        let lock = before.iter().position(|(step, _)| *step == Step::Lock).expect("a lock");
        let made = count(&before[lock..], &[Step::File, Step::Folder]);
        assert_eq!(count(before, &[Step::Sync]), made, "{}: {before:?}", command.name);
        assert_eq!(after[1].0, Step::Sync, "{}: {after:?}", command.name);
        assert_eq!(after[1].1, after[0].1.parent().expect("a parent"), "{}", command.name);
        assert_eq!(count(after, &[Step::Write, Step::File, Step::Folder]), 0, "{}: {after:?}", command.name);
    }
}

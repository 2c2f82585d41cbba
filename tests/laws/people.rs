//! The people of an invented company: some at work, some who left.

use super::chance::Chance;

const FIRST: [&str; 12] = ["Ada", "Bela", "Cleo", "Dario", "Edda", "Finn", "Gil", "Hana", "Ivo", "Jule", "Kai", "Lena"];
const LAST: [&str; 12] =
    ["Amsel", "Birk", "Castor", "Dorn", "Erle", "Fink", "Garbe", "Heron", "Igel", "Jolle", "Kranich", "Linde"];

#[derive(Clone)]
pub(super) struct Person {
    pub(super) id: String,
    pub(super) name: [&'static str; 2],
    pub(super) mail: String,
    pub(super) started: String,
    /// Day of leaving and the moment when every account was closed.
    pub(super) left: Option<(String, String)>,
    /// Newest use of any account.
    pub(super) used: String,
}

impl Person {
    pub(super) fn name(&self) -> String {
        self.name.join(" ")
    }

    pub(super) fn user(&self) -> &str {
        self.mail.split('@').next().unwrap_or_default()
    }

    pub(super) fn closed(&self) -> Option<&str> {
        self.left.as_ref().map(|left| left.1.as_str())
    }
}

/// The people as an export of an earlier moment shows them: nobody has left since, and nothing was used since.
pub(super) fn people_at(people: &[Person], moment: &str) -> Vec<Person> {
    let then = |person: &Person| Person {
        left: person.left.clone().filter(|left| left.1.as_str() <= moment),
        used: if person.used.as_str() <= moment { person.used.clone() } else { "2026-08-29T10:00:00Z".to_owned() },
        ..person.clone()
    };
    people.iter().map(then).collect()
}

/// Six to eight people at work, two who left in the third quarter of 2026, one who left in the first.
pub(super) fn people(chance: &mut Chance) -> Vec<Person> {
    let staff = 6 + chance.below(3);
    let mut out = Vec::new();
    for number in 0..staff + 3 {
        let name = [FIRST[number], LAST[(number + chance.below(2)) % 12]];
        let mail = format!("{}.{}@lindwurm.example", name[0].to_lowercase(), name[1].to_lowercase());
        let left = (number >= staff).then(|| {
            let month = [7, 9, 2][number - staff];
            let day = 3 + chance.below(20);
            (format!("2026-{month:02}-{day:02}"), format!("2026-{month:02}-{day:02}T17:{:02}:00Z", chance.below(60)))
        });
        let used = match &left {
            Some((day, _)) => format!("{day}T09:{:02}:00Z", chance.below(60)),
            None => format!("2026-09-{:02}T10:{:02}:00Z", 10 + chance.below(20), chance.below(60)),
        };
        let started = format!("20{:02}-{:02}-01", 15 + chance.below(9), 1 + chance.below(12));
        out.push(Person { id: format!("L{:04}", 4001 + number), name, mail, started, left, used });
    }
    out
}

pub(super) fn okta_id(person: &Person) -> String {
    format!("00ulw{}", person.id.to_lowercase())
}

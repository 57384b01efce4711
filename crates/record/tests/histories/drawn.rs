//! What a history is made of, drawn from its seed before it begins, so that it can be played again and shrunk.

/// Everybody who acts or asks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Who {
    Holder,
    /// The holder of another record.
    OtherHolder,
    /// Of a child: a parent, with a mandate.
    Parent,
    /// Somebody close who reads, once the holder says so.
    Carer,
    /// Three doctors in practice: authorised, attending, blocked, or unrelated, as the history goes.
    Doctor(usize),
    /// A doctor of the hospital that feeds.
    HospitalDoctor,
    Pharmacist,
    Occupational,
    Regulator,
    /// The hospital's certificate alone.
    Hospital,
    /// The same at the care door.
    HospitalAtCare,
    Payer,
    Agent,
}

impl Who {
    pub const ALL: [Who; 15] = [
        Who::Holder,
        Who::OtherHolder,
        Who::Parent,
        Who::Carer,
        Who::Doctor(0),
        Who::Doctor(1),
        Who::Doctor(2),
        Who::HospitalDoctor,
        Who::Pharmacist,
        Who::Occupational,
        Who::Regulator,
        Who::Hospital,
        Who::HospitalAtCare,
        Who::Payer,
        Who::Agent,
    ];
    /// Those whom rights are about.
    pub const PROFESSIONALS: [Who; 6] = [
        Who::Doctor(0),
        Who::Doctor(1),
        Who::Doctor(2),
        Who::HospitalDoctor,
        Who::Pharmacist,
        Who::Occupational,
    ];

    pub fn is_professional(self) -> bool {
        self == Who::Regulator || Who::PROFESSIONALS.contains(&self)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verb {
    Mask,
    Unmask,
    Archive,
    Unarchive,
    Delete,
    Restore,
    Announce,
    MakeVisible,
    HideFromParents,
    ShowToParents,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Right {
    Authorise,
    AuthoriseHospital,
    Revoke,
    RevokeHospital,
    Block,
    Unblock,
    Declare,
    Confirm,
    End,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opposes {
    Person(Who),
    Hospital,
    Type,
}

/// Documents that are corrected, between this record and another person's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moves {
    Away,
    Back,
    /// The other record becomes part of this one.
    Joins,
}

/// What becomes of the first agent's word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Word {
    Confirmed,
    Refused,
    Withdrawn,
    /// Confirmed by the one who said it.
    ByOne,
    Waits,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// `hides`: 0 nothing, 1 masked, 2 hidden from the holder, 3 hidden from representatives.
    Feed {
        by: Who,
        kind: usize,
        hides: u8,
    },
    Replace {
        by: Who,
        which: usize,
        hides: u8,
    },
    /// The last lot, sent once more.
    Again,
    Change {
        by: Who,
        feeding: bool,
        verb: Verb,
        which: usize,
        twice: bool,
    },
    Rights {
        by: Who,
        right: Right,
        about: Who,
        twice: bool,
    },
    Oppose {
        by: Who,
        to: Opposes,
        lift: bool,
    },
    Choices {
        by: Who,
        break_glass: bool,
        regulation: bool,
    },
    BreakGlass {
        by: Who,
        declares: bool,
    },
    Regulate {
        by: Who,
    },
    /// A court restricts the mandate, or says that it is over.
    Court {
        restricts: bool,
    },
    Close {
        by: Who,
    },
    Reopen {
        by: Who,
        consent: bool,
    },
    Death,
    DeathWasWrong,
    AskDestruction {
        by: Who,
    },
    /// Added once in a life, with the list and the documents; then the tie ends.
    Carer {
        by: Who,
        ends: bool,
    },
    /// Ten years closed, or a day less and reopened.
    TenYears {
        short: bool,
    },
    Jump {
        minutes: i64,
        upkeep: bool,
    },
    Correct {
        what: Moves,
        which: usize,
        word: Word,
    },
    Restart,
    Nothing,
}

/// An act, then who looks at what is left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Drawn {
    pub step: Step,
    pub viewer: Who,
    /// Through a window, where the viewer has one.
    pub emergency: bool,
    /// Replaced and archived documents too.
    pub everything: bool,
    pub route: u8,
    pub which: usize,
}

pub struct History {
    pub seed: u64,
    /// A child, with a parent; else an adult.
    pub child: bool,
    pub begins: &'static str,
    pub steps: Vec<Drawn>,
}

/// Near the changes of hour, the end of February, and an ordinary day.
const BEGINNINGS: [&str; 5] = [
    "2026-11-23T09:00:00Z",
    "2027-03-27T22:10:00Z",
    "2027-10-30T22:40:00Z",
    "2028-01-30T23:30:00Z",
    "2027-01-31T12:00:00Z",
];

/// Splitmix64.
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).unwrap()
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

impl History {
    pub fn drawn(seed: u64, length: usize) -> Self {
        let mut chance = Chance(seed);
        let child = chance.one_in(4);
        let begins = chance.of(&BEGINNINGS);
        let mut steps = Vec::with_capacity(length);
        // what must follow soon, so that most of a history is lived in an open record
        let mut soon: Vec<Step> = Vec::new();
        while steps.len() < length {
            let late = steps.len() * 10 > length * 9;
            let follows = !soon.is_empty() && chance.one_in(3);
            let step = if follows { soon.remove(0) } else { step(&mut chance, child, late, &mut soon) };
            let about = match step {
                Step::Rights { about, .. } => Some(about),
                Step::BreakGlass { by, .. } | Step::Regulate { by } => Some(by),
                Step::Carer { .. } => Some(Who::Carer),
                Step::Change { verb: Verb::Announce | Verb::MakeVisible, .. } => Some(Who::Holder),
                _ => None,
            };
            let anybody = chance.of(&Who::ALL);
            let professional = chance.of(&Who::PROFESSIONALS);
            let viewer = match (about, chance.below(4)) {
                (Some(about), 0..3) => about,
                (None, 0) => {
                    if child {
                        Who::Parent
                    } else {
                        Who::Holder
                    }
                }
                (None, 1..3) => professional,
                _ => anybody,
            };
            steps.push(Drawn {
                step,
                viewer,
                emergency: chance.one_in(2),
                everything: chance.one_in(2),
                route: (chance.next() % 6) as u8,
                which: chance.below(64),
            });
        }
        Self { seed, child, begins, steps }
    }
}

fn step(chance: &mut Chance, child: bool, late: bool, soon: &mut Vec<Step>) -> Step {
    let principal = if child { Who::Parent } else { Who::Holder };
    let feeders = [Who::Hospital, Who::Hospital, Who::Doctor(0), Who::Doctor(1), Who::Pharmacist, Who::Payer];
    let which = chance.below(64);
    let hides = [0, 0, 0, 1, 2, if child { 3 } else { 0 }][chance.below(6)];
    match chance.below(100) {
        0..13 => Step::Feed { by: chance.of(&feeders), kind: chance.below(3), hides },
        13..19 => Step::Replace { by: chance.of(&feeders), which, hides },
        19..22 => Step::Again,
        22..46 => {
            let verbs = [
                Verb::Mask,
                Verb::Mask,
                Verb::Unmask,
                Verb::Archive,
                Verb::Unarchive,
                Verb::Delete,
                Verb::Restore,
                Verb::Announce,
                Verb::MakeVisible,
                Verb::HideFromParents,
                Verb::ShowToParents,
            ];
            let anybody = chance.of(&Who::ALL);
            let feeder = chance.of(&feeders);
            let professional = chance.of(&Who::PROFESSIONALS);
            let by = [principal, principal, feeder, professional, anybody][chance.below(5)];
            Step::Change {
                by,
                feeding: chance.one_in(2),
                verb: chance.of(&verbs),
                which,
                twice: chance.one_in(8),
            }
        }
        46..68 => {
            let rights = [
                Right::Authorise,
                Right::Authorise,
                Right::Authorise,
                Right::AuthoriseHospital,
                Right::Revoke,
                Right::RevokeHospital,
                Right::Block,
                Right::Unblock,
                Right::Unblock,
                Right::Declare,
                Right::Confirm,
                Right::End,
            ];
            let about = chance.of(&Who::PROFESSIONALS);
            let anybody = chance.of(&Who::ALL);
            let by = [principal, principal, principal, about, about, anybody][chance.below(6)];
            Step::Rights { by, right: chance.of(&rights), about, twice: chance.one_in(8) }
        }
        68..71 => {
            let person = Opposes::Person(chance.of(&Who::PROFESSIONALS));
            let to = [person, Opposes::Hospital, Opposes::Type][chance.below(3)];
            soon.push(Step::Oppose { by: principal, to, lift: true });
            Step::Oppose { by: principal, to, lift: false }
        }
        71..74 => {
            let by = if chance.one_in(4) { chance.of(&Who::ALL) } else { principal };
            Step::Choices { by, break_glass: !chance.one_in(3), regulation: !chance.one_in(3) }
        }
        74..77 => Step::BreakGlass { by: chance.of(&Who::PROFESSIONALS), declares: !chance.one_in(5) },
        77..79 => Step::Regulate { by: if chance.one_in(4) { Who::Doctor(2) } else { Who::Regulator } },
        79 => {
            let by = if chance.one_in(3) { chance.of(&Who::ALL) } else { principal };
            soon.push(Step::Reopen { by: if child { Who::Agent } else { principal }, consent: true });
            Step::Close { by }
        }
        80 if chance.one_in(3) => {
            soon.extend([Step::DeathWasWrong, Step::Reopen { by: Who::Agent, consent: true }]);
            Step::Death
        }
        80 => Step::Reopen { by: chance.of(&Who::ALL), consent: chance.one_in(2) },
        81 if child && late => Step::Court { restricts: chance.one_in(2) },
        82 if late && chance.one_in(3) => {
            Step::AskDestruction { by: if chance.one_in(3) { chance.of(&Who::ALL) } else { principal } }
        }
        83..90 => {
            let minutes =
                [1, 4, 6, 59, 119, 121, 23 * 60, 25 * 60, 14 * 1440, 28 * 1440, 31 * 1440, 40 * 1440];
            Step::Jump { minutes: chance.of(&minutes), upkeep: !chance.one_in(3) }
        }
        90..92 => Step::Restart,
        // a letter of secrets stretches a password, the dearest act of all: not in every life
        92 if chance.one_in(3) => {
            soon.extend([Step::Nothing, Step::Carer { by: principal, ends: true }]);
            Step::Carer { by: if chance.one_in(4) { chance.of(&Who::ALL) } else { principal }, ends: false }
        }
        93..96 if late && !child => Step::TenYears { short: chance.one_in(3) },
        96..99 => {
            let what =
                [Moves::Away, Moves::Away, Moves::Back, Moves::Joins][chance.below(if late { 4 } else { 3 })];
            let words = [
                Word::Confirmed,
                Word::Confirmed,
                Word::Confirmed,
                Word::Refused,
                Word::Withdrawn,
                Word::ByOne,
                Word::Waits,
            ];
            // the job comes at once, or whenever time is kept next
            if chance.one_in(2) {
                soon.push(Step::Jump { minutes: 1, upkeep: true });
            }
            if what == Moves::Away {
                soon.push(Step::Correct {
                    what: Moves::Back,
                    which: chance.below(64),
                    word: Word::Confirmed,
                });
            }
            Step::Correct { what, which, word: chance.of(&words) }
        }
        _ => Step::Nothing,
    }
}

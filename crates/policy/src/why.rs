//! "Why can X see this?" and "why not?": a decision in plain French, rule by rule, and who could change it.

use serde::Serialize;

use crate::decision::Decision;
use crate::rule::Rule;

/// One rule that spoke.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Reason {
    pub rule: Rule,
    /// It permits; else it refuses.
    pub permits: bool,
    /// The rule, in one sentence.
    pub sentence: &'static str,
    pub source: &'static str,
    /// Who may lift a refusal.
    pub lifted_by: Option<Lifter>,
}

/// Who may lift a refusal, or what does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lifter {
    Nobody,
    Holder,
    /// The one who asks: by another door, a stronger proof, a complete request.
    Asker,
    Depositor,
    /// Whoever keeps the directory of professionals.
    Directory,
    /// A professional who makes the announcement, or the month that passes.
    Announcement,
    /// The minor.
    Minor,
    /// The court, or the representatives among themselves.
    Court,
    /// Whoever keeps the matrix and the profile, two together.
    Profile,
    Administrator,
    /// Two agents.
    Counter,
    /// Time alone.
    Time,
}

impl Lifter {
    pub fn words_fr(self) -> &'static str {
        match self {
            Self::Nobody => "Personne ne peut lever ce refus.",
            Self::Holder => "Le titulaire du dossier peut lever ce refus.",
            Self::Asker => {
                "Qui demande peut y remédier : par la bonne porte, une preuve plus forte ou une demande complète."
            }
            Self::Depositor => "Qui a déposé le document peut agir.",
            Self::Directory => "L'ordre ou l'établissement, par l'annuaire, peut lever ce refus.",
            Self::Announcement => "L'annonce par un professionnel, ou le délai d'un mois, lève ce refus.",
            Self::Minor => "Le mineur concerné peut lever ce refus.",
            Self::Court => "Le juge, ou l'accord des représentants, peut lever ce refus.",
            Self::Profile => "Seul un changement des règles, approuvé par deux personnes, lèverait ce refus.",
            Self::Administrator => "L'exploitant du service peut lever ce refus, ou le temps.",
            Self::Counter => "Deux agents d'accueil, sur preuve, peuvent agir.",
            Self::Time => "Seul le temps lève ce refus.",
        }
    }
}

impl Rule {
    /// Who may lift this rule's refusal.
    pub fn lifted_by(self) -> Lifter {
        match self {
            Self::A1 | Self::A4 | Self::W1 | Self::W2 => Lifter::Asker,
            Self::A2 | Self::A13 | Self::A14 | Self::A16 | Self::A22 => Lifter::Holder,
            Self::A18 | Self::A19 | Self::W3 | Self::W8 | Self::W10 | Self::W11 | Self::W12 => Lifter::Holder,
            Self::W15 => Lifter::Holder,
            Self::A3 | Self::W5 | Self::W6 | Self::W7 => Lifter::Depositor,
            Self::A6 => Lifter::Announcement,
            Self::A7 => Lifter::Time,
            Self::A8 | Self::A10 => Lifter::Court,
            Self::A9 | Self::W9 => Lifter::Minor,
            Self::A11 => Lifter::Directory,
            Self::A12 | Self::A15 | Self::A20 | Self::W4 => Lifter::Profile,
            Self::W13 => Lifter::Time,
            Self::W14 => Lifter::Counter,
            Self::Volume => Lifter::Administrator,
            Self::A5 | Self::A17 | Self::A21 | Self::W16 | Self::Profile | Self::Default => Lifter::Nobody,
        }
    }
}

impl Decision {
    /// Every rule that spoke: those that refuse first, each with who may lift it; then those that permit.
    pub fn why(&self) -> Vec<Reason> {
        let reason = |rule: &Rule, permits: bool| Reason {
            rule: *rule,
            permits,
            sentence: rule.words_fr(),
            source: rule.source(),
            lifted_by: (!permits).then(|| rule.lifted_by()),
        };
        let refusing = self.refused_by.iter().map(|rule| reason(rule, false));
        refusing.chain(self.allowed_by.iter().map(|rule| reason(rule, true))).collect()
    }
}

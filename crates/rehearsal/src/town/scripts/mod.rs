//! What is written: one script for each kind of narrative document, in the words of `phrases`. Nothing here
//! was ever said of anybody.

/// `script!(NAME, kind, title, setting, form, part, …)`: a script by that name.
macro_rules! script {
    ($name:ident, $kind:literal, $title:literal, $setting:ident, $form:ident, $($part:expr),+ $(,)?) => {
        pub(in crate::town) static $name: Script =
            Script { kind: $kind, title: $title, setting: $setting, form: Form::$form, parts: &[$($part),+] };
    };
}

pub(super) mod cancers;
pub(super) mod care_home;
pub(super) mod certificates;
pub(super) mod chronic;
pub(super) mod hospital;
pub(super) mod imaging;
pub(super) mod professions;
pub(super) mod stays;
pub(super) mod visits;

/// How the document is wrapped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// A CDA of sections.
    Sections,
    /// A PDF in a CDA header.
    Enclosed,
    /// A PDF alone.
    Bare,
}

/// Code and label of JDV_J04.
pub(super) type Setting = (&'static str, &'static str);

pub(super) const VISIT: Setting = ("AMBULATOIRE", "Ambulatoire");
pub(super) const STAY: Setting = ("ETABLISSEMENT", "Etablissement de santé");
pub(super) const HOME_OF_ELDERS: Setting = ("ESSMS", "Etablissement ou Service Social ou Médico-Social");
pub(super) const AT_HOME: Setting = ("SAD", "Soins à domicile");
pub(super) const PAYER: Setting = ("AMO", "Organisme d'assurance maladie obligatoire");

/// A section: code, title and paragraphs; a paragraph that begins with `- ` is an item of a list.
pub(super) type Part = (Code, &'static str, &'static [&'static str]);
pub(super) type Code = (&'static str, &'static str);

#[derive(Debug)]
pub(super) struct Script {
    /// Of JDV_J07.
    pub kind: &'static str,
    /// The date follows it.
    pub title: &'static str,
    pub setting: Setting,
    pub form: Form,
    pub parts: &'static [Part],
}

pub(super) const REASON: Code = ("42349-1", "Motif de recours");
pub(super) const HISTORY: Code = ("10164-2", "Histoire de la maladie");
pub(super) const PAST: Code = ("11348-0", "Antécédents");
pub(super) const EXAMINATION: Code = ("29545-1", "Examen physique");
pub(super) const ASSESSMENT: Code = ("51848-0", "Évaluation");
pub(super) const PLAN: Code = ("18776-5", "Plan de soins");
pub(super) const EVOLUTION: Code = ("8648-8", "Évolution au cours du séjour");
pub(super) const TREATMENT: Code = ("10160-0", "Traitements");
pub(super) const TECHNIQUE: Code = ("55111-9", "Technique");
pub(super) const FINDINGS: Code = ("18782-3", "Résultats");
pub(super) const CONCLUSION: Code = ("19005-8", "Conclusion");
pub(super) const PROCEDURE: Code = ("29554-3", "Description de l'intervention");
pub(super) const FUNCTION: Code = ("47420-5", "Bilan fonctionnel");
pub(super) const ALLERGIES: Code = ("48765-2", "Allergies et intolérances");
pub(super) const PROBLEMS: Code = ("11450-4", "Problèmes actifs");
pub(super) const VACCINES: Code = ("11369-6", "Vaccinations");

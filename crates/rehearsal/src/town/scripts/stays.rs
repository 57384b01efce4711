//! Stays in a hospital, each a report for the colleague and a letter on the day of leaving.

use super::{
    ALLERGIES, EVOLUTION, EXAMINATION, FINDINGS, Form, HISTORY, PAST, PLAN, REASON, STAY, Script, TREATMENT,
};

/// A stay makes two documents: the report for the colleague, the letter on the day of leaving.
#[derive(Debug)]
pub(in crate::town) struct Stay {
    pub report: &'static Script,
    pub letter: &'static Script,
    /// Shortest and longest, in days.
    pub days: (i64, i64),
}

script!(
    HEART_REPORT,
    "34112-3",
    "Hospitalisation en cardiologie",
    STAY,
    Sections,
    (
        REASON,
        "Motif d'hospitalisation",
        &["Décompensation cardiaque globale, dyspnée stade [III|IV] et prise de {3-8} kg en {5-14} jours."]
    ),
    (
        PAST,
        "Antécédents",
        &[
            "Cardiopathie [ischémique|hypertensive|dilatée] connue. [Hypertension traitée.|Dyslipidémie.|Syndrome d'apnées du sommeil appareillé.]"
        ]
    ),
    (ALLERGIES, "Allergies", &["{allergy}"]),
    (
        EXAMINATION,
        "À l'entrée",
        &[
            "TA {ta}, pouls {92-118}/min, SpO₂ {86-92} % en air ambiant. Crépitants jusqu'à mi-champs, œdèmes des membres inférieurs remontant aux genoux, turgescence jugulaire.",
            "Électrocardiogramme : [rythme sinusal, bloc de branche gauche connu|fibrillation atriale à 110/min|tachycardie sinusale]. Radiographie : épanchement pleural bilatéral de faible abondance.",
            "NT-proBNP {3200-9800} ng/L, créatinine {96-168} µmol/L, kaliémie [3,8|4,1|4,4|4,7] mmol/L.",
        ]
    ),
    (
        EVOLUTION,
        "Évolution",
        &[
            "Furosémide intraveineux pendant {3-5} jours puis relais oral. Perte de {4-8} kg, poids de sortie {kg} kg. Oxygène sevré à J{2-4}.",
            "Échocardiographie : FEVG {fevg} %, pressions droites modérément élevées, pas de valvulopathie sévère. Facteur déclenchant : [écart de régime sodé|infection bronchique|oubli du traitement|passage en fibrillation].",
            "Éducation : pesée quotidienne, signes d'alerte, régime à 6 g de sel.",
        ]
    ),
    (
        TREATMENT,
        "Traitement de sortie",
        &[
            "- Furosémide [40|60|80] mg le matin",
            "- Bisoprolol [2,5|5] mg",
            "- Sacubitril/valsartan [24/26|49/51] mg deux fois par jour",
            "- Dapagliflozine 10 mg",
            "- Spironolactone 25 mg"
        ]
    ),
    (
        PLAN,
        "Suites",
        &[
            "Ionogramme et créatinine à une semaine. Consultation de cardiologie à un mois. Retour à domicile avec passage infirmier deux fois par semaine."
        ]
    )
);

script!(
    HEART_LETTER,
    "11490-0",
    "Lettre de sortie de cardiologie",
    STAY,
    Sections,
    (
        REASON,
        "Motif",
        &[
            "Cher confrère, {Monsieur} votre {patient} a été hospitalisé{e} {days} jours pour une décompensation cardiaque."
        ]
    ),
    (
        EVOLUTION,
        "Synthèse du séjour",
        &[
            "Évolution favorable sous diurétiques intraveineux. Poids de sortie : {kg} kg, à prendre comme poids de référence. TA {ta}."
        ]
    ),
    (
        TREATMENT,
        "Ce qui a changé",
        &[
            "- Furosémide augmenté",
            "- Spironolactone introduite : surveiller la kaliémie",
            "- Anti-inflammatoires à proscrire"
        ]
    ),
    (
        PLAN,
        "Ce qui vous est demandé",
        &[
            "- Ionogramme, créatinine à une semaine",
            "- Consultation chez vous sous dix jours",
            "- Cardiologue à un mois"
        ]
    )
);

pub(in crate::town) static HEART: Stay = Stay { report: &HEART_REPORT, letter: &HEART_LETTER, days: (5, 11) };

script!(
    LUNG_REPORT,
    "34112-3",
    "Hospitalisation en médecine interne",
    STAY,
    Sections,
    (
        REASON,
        "Motif d'hospitalisation",
        &["Pneumopathie [basale {cotee}|lobaire {cotee}] hypoxémiante chez {Le} {patient} de {age}."]
    ),
    (
        HISTORY,
        "Histoire",
        &[
            "Toux productive et fièvre à {fever} °C depuis {3-6} jours, altération de l'état général, [confusion discrète|asthénie majeure]."
        ]
    ),
    (
        EXAMINATION,
        "À l'entrée",
        &[
            "TA {ta}, pouls {94-116}/min, SpO₂ {87-92} %. Foyer de crépitants {cote}. CRP {86-240} mg/L, leucocytes {12-19} G/L."
        ]
    ),
    (
        FINDINGS,
        "Examens",
        &[
            "Radiographie : opacité alvéolaire {cotee}. Antigénurie pneumocoque [positive|négative]. Hémocultures stériles."
        ]
    ),
    (
        EVOLUTION,
        "Évolution",
        &[
            "Amoxicilline [et acide clavulanique|seule] {7-10} jours, apyrexie à J{2-4}, oxygène sevré à J{3-5}. Kinésithérapie. Autonomie retrouvée à la sortie."
        ]
    ),
    (PLAN, "Suites", &["Radiographie de contrôle à six semaines. Vaccination pneumocoque à compléter."])
);

script!(
    LUNG_LETTER,
    "11490-0",
    "Lettre de sortie de médecine interne",
    STAY,
    Sections,
    (
        REASON,
        "Motif",
        &["{Monsieur} votre {patient} a séjourné {days} jours dans le service pour une pneumopathie."]
    ),
    (
        EVOLUTION,
        "Synthèse du séjour",
        &["Évolution favorable sous antibiotique. À la sortie : apyrétique, SpO₂ {sat} % en air ambiant."]
    ),
    (
        PLAN,
        "Ce qui vous est demandé",
        &[
            "- Fin de l'antibiotique à domicile",
            "- Radiographie de contrôle dans six semaines",
            "- Vaccination à compléter"
        ]
    )
);

pub(in crate::town) static LUNGS: Stay = Stay { report: &LUNG_REPORT, letter: &LUNG_LETTER, days: (4, 9) };

script!(
    ORTHOPAEDIC_REPORT,
    "34112-3",
    "Hospitalisation en chirurgie orthopédique",
    STAY,
    Sections,
    (
        REASON,
        "Motif d'hospitalisation",
        &[
            "Fracture du col du fémur {cote} après une chute de sa hauteur, [au domicile|dans la rue|au lever]."
        ]
    ),
    (
        PAST,
        "Antécédents",
        &[
            "[Hypertension.|Ostéoporose connue.|Cataracte opérée.] Vit [seul{e} à domicile|avec aide quotidienne|en établissement]."
        ]
    ),
    (
        EVOLUTION,
        "Évolution",
        &[
            "Intervention à J1. Lever à J1, appui complet autorisé. Hémoglobine à {86-108} g/L, [pas de transfusion|deux concentrés érythrocytaires]. [Épisode confusionnel bref, résolutif.|Pas de complication.]"
        ]
    ),
    (
        TREATMENT,
        "Traitement de sortie",
        &[
            "- Énoxaparine 4000 UI par jour, 35 jours",
            "- Paracétamol 1 g trois fois par jour",
            "- Vitamine D"
        ]
    ),
    (
        PLAN,
        "Suites",
        &[
            "[Soins de suite pendant trois semaines.|Retour à domicile avec kinésithérapie.] Consultation de contrôle avec radiographie à six semaines."
        ]
    )
);

script!(
    ORTHOPAEDIC_LETTER,
    "11490-0",
    "Lettre de sortie de chirurgie",
    STAY,
    Sections,
    (
        REASON,
        "Motif",
        &[
            "{Monsieur} votre {patient} a été opéré{e} d'une fracture du col du fémur {cote} et quitte le service après {days} jours."
        ]
    ),
    (EVOLUTION, "Synthèse", &["Suites simples. Marche avec deux cannes, appui complet. Cicatrice propre."]),
    (
        PLAN,
        "Ce qui vous est demandé",
        &[
            "- Anticoagulation préventive 35 jours, plaquettes deux fois par semaine",
            "- Ablation des agrafes à J15",
            "- Bilan d'ostéoporose"
        ]
    )
);

pub(in crate::town) static HIP: Stay =
    Stay { report: &ORTHOPAEDIC_REPORT, letter: &ORTHOPAEDIC_LETTER, days: (6, 10) };

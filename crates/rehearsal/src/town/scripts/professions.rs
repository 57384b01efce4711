//! What nurses, physiotherapists, pharmacists and others write.

use super::{
    ASSESSMENT, AT_HOME, EVOLUTION, EXAMINATION, FUNCTION, Form, PLAN, REASON, Script, TREATMENT, VISIT,
};

script!(
    PHYSIO,
    "11506-3",
    "Bilan de kinésithérapie",
    VISIT,
    Enclosed,
    (
        FUNCTION,
        "Bilan",
        &[
            "Douleur {2-6}/10 au repos, {3-8}/10 à l'effort. Amplitudes [limitées de 20°|presque complètes]. Périmètre de marche [illimité|500 m]. {10-20} séances faites."
        ]
    ),
    (
        PLAN,
        "Proposition",
        &[
            "[Poursuite de la rééducation.|Fin de la prise en charge, exercices appris.|Travail proprioceptif.]"
        ]
    )
);

script!(
    NURSE,
    "11506-3",
    "Fiche de suivi infirmier",
    AT_HOME,
    Enclosed,
    (
        EVOLUTION,
        "Surveillance",
        &[
            "Passages faits comme prescrits. TA {ta}, pouls {fc}/min, poids {kg} kg. [Observance bonne.|Un oubli cette semaine.] Peau [saine|fragile, crème appliquée]. {Il} dit [dormir mieux|être fatigué{e}|aller bien]."
        ]
    )
);

script!(
    FEET,
    "11506-3",
    "Bilan podologique",
    VISIT,
    Enclosed,
    (
        EXAMINATION,
        "Bilan",
        &[
            "Gradation du risque : grade [1|2]. Monofilament [non perçu sur deux sites|perçu]. Ongles taillés, hyperkératose réduite. Chaussage [adapté|à revoir]."
        ]
    ),
    (PLAN, "Suite", &["{4-6} séances de prévention dans l'année."])
);

script!(
    SPEECH,
    "47420-5",
    "Bilan orthophonique",
    VISIT,
    Sections,
    (REASON, "Motif", &["[Retard de parole.|Difficultés de lecture.|Articulation.] Enfant de {age}."]),
    (
        FUNCTION,
        "Bilan",
        &[
            "Compréhension [dans la norme|à -1 écart type]. Expression [à -1,5 écart type|fragile]. Conscience phonologique [en construction|fragile]."
        ]
    ),
    (
        PLAN,
        "Projet",
        &["Rééducation de {20-30} séances, une par semaine. Échanges avec l'école, accord des parents."]
    )
);

script!(
    MEMORY_SPEECH,
    "47420-5",
    "Bilan orthophonique, langage et mémoire",
    VISIT,
    Sections,
    (
        FUNCTION,
        "Bilan",
        &["Dénomination {58-76}/80. Fluences [basses|dans la norme basse]. Compréhension préservée."]
    ),
    (PLAN, "Projet", &["Stimulation hebdomadaire, aidants conseillés."])
);

script!(
    DIET,
    "11506-3",
    "Bilan diététique",
    VISIT,
    Enclosed,
    (REASON, "Motif", &["[Diabète.|Surpoids.|Dénutrition débutante.] Adressé{e} par {doctor}."]),
    (
        PLAN,
        "Objectifs choisis ensemble",
        &[
            "- [Des légumes à chaque repas|Une boisson sucrée de moins par jour|Un laitage enrichi au goûter]",
            "- [Petit-déjeuner repris|Sel réduit|Repas fractionnés]"
        ]
    )
);

script!(
    PHARMACY_TALK,
    "78601-2",
    "Entretien pharmaceutique",
    VISIT,
    Enclosed,
    (
        ASSESSMENT,
        "Entretien",
        &[
            "[Anticoagulant : prises du soir, carnet tenu, signes de saignement connus.|Asthme : inhalation vérifiée.|Traitements nombreux : plan de prise remis.] Observance [bonne|à soutenir]."
        ]
    )
);

script!(
    MEDICINES_REVIEW,
    "56445-0",
    "Bilan partagé de médication",
    VISIT,
    Enclosed,
    (
        TREATMENT,
        "Analyse",
        &[
            "{7-11} médicaments. [Doublon d'antalgiques relevé.|Somnifère depuis plus d'un an : arrêt progressif proposé.|Aucune interaction majeure.]"
        ]
    ),
    (PLAN, "Transmis au médecin", &["Proposition envoyée à {doctor}."])
);

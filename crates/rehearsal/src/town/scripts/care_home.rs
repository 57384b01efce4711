//! What a care home writes of its residents.

use super::{
    ALLERGIES, ASSESSMENT, EXAMINATION, FUNCTION, Form, HOME_OF_ELDERS, PLAN, REASON, Script, TREATMENT,
};

script!(
    ADMISSION,
    "88348-8",
    "Lettre d'entrée en EHPAD",
    HOME_OF_ELDERS,
    Sections,
    (REASON, "Motif d'entrée", &["Perte d'autonomie, maintien à domicile devenu difficile. GIR {gir}."]),
    (ALLERGIES, "Allergies", &["{allergy}"]),
    (
        FUNCTION,
        "Autonomie",
        &[
            "Marche avec [déambulateur|une canne]. Toilette avec aide. Mange [seul{e}|avec stimulation]. Continence [préservée|diurne]."
        ]
    ),
    (
        PLAN,
        "Attentes",
        &[
            "Personne de confiance désignée. [Directives anticipées non rédigées.|Directives anticipées remises.]"
        ]
    )
);

script!(
    CARE_PROJECT,
    "80788-3",
    "Projet d'accompagnement personnalisé",
    HOME_OF_ELDERS,
    Enclosed,
    (
        FUNCTION,
        "Ce qui compte pour la personne",
        &["[La musique et le jardin.|La visite de la famille le dimanche.|Lire le journal le matin.]"]
    ),
    (
        PLAN,
        "Objectifs",
        &[
            "- Marcher chaque jour jusqu'à la salle à manger",
            "- [Atelier mémoire deux fois par semaine|Repas enrichis|Prévention des chutes]"
        ]
    )
);

script!(
    GERIATRICS,
    "11488-4",
    "Visite du médecin coordonnateur",
    HOME_OF_ELDERS,
    Enclosed,
    (
        EXAMINATION,
        "Examen",
        &[
            "TA {ta}, pouls {fc}/min, poids {kg} kg. [Pas de douleur exprimée.|Algoplus {0-2}/5.] Peau intègre. Transit régulier."
        ]
    ),
    (
        ASSESSMENT,
        "Synthèse",
        &["[État stable.|Perte de 2 kg en trois mois : enrichissement.|Une chute sans gravité ce mois-ci.]"]
    ),
    (
        PLAN,
        "Conduite à tenir",
        &[
            "[Traitement revu avec le pharmacien : un médicament arrêté.|Traitement inchangé.|Kinésithérapie de prévention des chutes.]"
        ]
    )
);

script!(
    AUTONOMY,
    "34842-5",
    "Grille d'autonomie AGGIR",
    HOME_OF_ELDERS,
    Enclosed,
    (
        FUNCTION,
        "Évaluation",
        &[
            "GIR {gir}. Cohérence [B|A], orientation [B|C], toilette [B|C], habillage B, alimentation [A|B], transferts [A|B], déplacements [B|A]."
        ]
    )
);

script!(
    TRANSFER,
    "18761-7",
    "Note de transfert vers l'hôpital",
    HOME_OF_ELDERS,
    Enclosed,
    (
        REASON,
        "Motif du transfert",
        &["[Fièvre et désaturation.|Chute avec douleur de hanche.|Somnolence inhabituelle.]"]
    ),
    (EXAMINATION, "Constantes", &["TA {ta}, pouls {92-112}/min, SpO₂ {88-93} %, température {fever} °C."]),
    (
        TREATMENT,
        "Envoyés avec le résident",
        &["- Document de liaison d'urgence", "- Ordonnance en cours", "- Lunettes et appareils auditifs"]
    )
);

//! Consultations: what is written after somebody was seen in a practice.

use super::{ASSESSMENT, EXAMINATION, FUNCTION, Form, HISTORY, PLAN, REASON, Script, VISIT};

script!(
    BACK,
    "11488-4",
    "Consultation pour lombalgie",
    VISIT,
    Enclosed,
    (
        REASON,
        "Motif",
        &[
            "Douleur lombaire basse depuis {3-12} jours, survenue [au soulèvement d'une charge|sans facteur déclenchant|après un long trajet]."
        ]
    ),
    (
        EXAMINATION,
        "Examen",
        &[
            "Pas de déficit moteur ni sensitif, réflexes présents et symétriques. Lasègue [négatif|à 70° à {cotee}]. Contracture paravertébrale {cotee}."
        ]
    ),
    (ASSESSMENT, "Conclusion", &["Lombalgie commune, sans drapeau rouge."]),
    (
        PLAN,
        "Conduite à tenir",
        &[
            "- Rester actif",
            "- Antalgique de palier 1",
            "- [Kinésithérapie prescrite|Imagerie inutile à ce stade]"
        ]
    )
);

script!(
    STOMACH,
    "11488-4",
    "Consultation pour douleurs abdominales",
    VISIT,
    Enclosed,
    (
        REASON,
        "Motif",
        &[
            "[Vomissements et diarrhée depuis hier.|Brûlures épigastriques depuis trois semaines.|Douleurs abdominales diffuses, transit irrégulier.]"
        ]
    ),
    (
        EXAMINATION,
        "Examen",
        &[
            "Abdomen souple, [sensible en épigastre|sensible sans défense|dépressible, indolore]. TA {ta}, température {t} °C. Pas de signe de déshydratation."
        ]
    ),
    (
        ASSESSMENT,
        "Conclusion",
        &["[Gastro-entérite aiguë.|Reflux gastro-œsophagien probable.|Troubles fonctionnels intestinaux.]"]
    ),
    (
        PLAN,
        "Conduite à tenir",
        &[
            "- [Réhydratation par petites quantités|Inhibiteur de la pompe à protons quatre semaines|Règles alimentaires expliquées]",
            "- Revoir si persistance"
        ]
    )
);

script!(
    CHECK_UP,
    "11488-4",
    "Consultation de médecine générale",
    VISIT,
    Enclosed,
    (
        REASON,
        "Motif",
        &["[Bilan de prévention.|Renouvellement et bilan annuel.|Demande de certificat et bilan.]"]
    ),
    (
        HISTORY,
        "Habitudes",
        &[
            "{tobacco} Alcool : [occasionnel|aucun|un verre le week-end]. Activité physique : [régulière|faible|deux fois par semaine]."
        ]
    ),
    (
        EXAMINATION,
        "Examen",
        &[
            "Poids {kg} kg, taille {cm} cm, IMC {bmi} kg/m². TA {ta}, pouls {fc}/min. Examen sans particularité."
        ]
    ),
    (
        PLAN,
        "Conduite à tenir",
        &["- Dépistages à jour selon l'âge", "- [Vaccins vérifiés|Rappel de vaccin à prévoir]"]
    )
);

script!(
    CHILD_ILL,
    "11488-4",
    "Consultation de l'enfant",
    VISIT,
    Enclosed,
    (
        REASON,
        "Motif",
        &[
            "[Fièvre depuis hier soir.|Otalgie {cotee}.|Toux nocturne et rhinite.|Éruption depuis deux jours.] Enfant de {age}, amené{e} par [sa mère|son père|ses parents]."
        ]
    ),
    (
        EXAMINATION,
        "Examen",
        &[
            "Température {fever} °C, bon contact. [Tympan {cotee} congestif.|Gorge rouge, test rapide négatif.|Auscultation claire.|Vésicules éparses d'âges différents.] Poids {kg} kg."
        ]
    ),
    (
        ASSESSMENT,
        "Conclusion",
        &[
            "[Otite congestive.|Angine virale.|Rhinopharyngite.|Varicelle sans complication.|Bronchiolite légère.]"
        ]
    ),
    (
        PLAN,
        "Conduite à tenir",
        &[
            "- Paracétamol 15 mg/kg par prise, quatre fois par jour au plus",
            "- Signes qui doivent faire reconsulter expliqués"
        ]
    )
);

script!(
    MOOD,
    "11488-4",
    "Consultation de suivi",
    VISIT,
    Sections,
    (REASON, "Motif", &["Suivi d'un épisode dépressif d'intensité [légère|modérée]."]),
    (
        HISTORY,
        "Entretien",
        &[
            "Sommeil [amélioré|encore fragmenté], appétit [conservé|revenu]. [Reprise du travail à temps partiel.|Arrêt de travail en cours.|Soutien familial présent.] Pas d'idée suicidaire."
        ]
    ),
    (
        PLAN,
        "Conduite à tenir",
        &[
            "- Psychothérapie poursuivie",
            "- [Sertraline 50 mg poursuivie|Décroissance envisagée dans trois mois]",
            "- Revoir dans [quatre|six] semaines"
        ]
    )
);

script!(
    MEMORY,
    "11488-4",
    "Consultation mémoire",
    VISIT,
    Sections,
    (REASON, "Motif", &["Plainte mnésique évoluant depuis {1-4} ans, adressé{e} par {doctor}."]),
    (
        FUNCTION,
        "Tests",
        &["MMSE {15-25}/30. Cinq mots de Dubois {4-8}/10. Horloge [normale|perturbée]. IADL {1-3}/4."]
    ),
    (
        ASSESSMENT,
        "Conclusion",
        &[
            "Trouble neurocognitif [léger|majeur, stade léger à modéré], [d'allure dégénérative|mixte, dégénératif et vasculaire]."
        ]
    ),
    (
        PLAN,
        "Conduite à tenir",
        &["- Orthophonie", "- Aidants orientés vers la plateforme de répit", "- Revoir dans six mois"]
    )
);

script!(
    PREGNANCY,
    "11488-4",
    "Consultation de grossesse",
    VISIT,
    Sections,
    (REASON, "Motif", &["Consultation mensuelle de suivi de grossesse."]),
    (
        HISTORY,
        "Interrogatoire",
        &[
            "[Mouvements actifs perçus.|Pas de contraction, pas de métrorragie.] [Nausées en régression.|Bon sommeil.|Lombalgies modérées.]"
        ]
    ),
    (
        EXAMINATION,
        "Examen",
        &[
            "TA {112-128}/{62-76} mmHg, poids {kg} kg. Bruits du cœur fœtal {128-152}/min. Bandelette urinaire [négative|sans protéine ni sucre]."
        ]
    ),
    (
        PLAN,
        "Conduite à tenir",
        &[
            "- Sérologie toxoplasmose mensuelle si non immunisée",
            "- [Prochaine échographie programmée|Entretien prénatal fait|Préparation à la naissance commencée]"
        ]
    )
);

script!(
    SKIN,
    "11488-4",
    "Consultation de dermatologie",
    VISIT,
    Enclosed,
    (REASON, "Motif", &["[Surveillance de nævus.|Eczéma des mains.|Lésion de la joue {cotee}.]"]),
    (
        EXAMINATION,
        "Examen",
        &[
            "Examen de tout le tégument et dermoscopie : [pas de lésion suspecte|kératose actinique de 4 mm|plaques érythémateuses des plis]."
        ]
    ),
    (
        PLAN,
        "Conduite à tenir",
        &[
            "- [Surveillance annuelle|Cryothérapie faite ce jour|Dermocorticoïde dix jours]",
            "- Protection solaire"
        ]
    )
);

script!(
    TEETH,
    "11488-4",
    "Soins dentaires",
    VISIT,
    Enclosed,
    (REASON, "Motif", &["[Contrôle annuel.|Douleur dentaire.|Détartrage.]"]),
    (
        EXAMINATION,
        "Examen et soins",
        &[
            "[Carie occlusale de la 36, obturation composite.|Détartrage et polissage, deux arcades.|Pas de carie ; hygiène satisfaisante.|Fracture de la 24, couronne à prévoir.]"
        ]
    ),
    (PLAN, "Suite", &["Contrôle dans [six mois|un an]."])
);

pub(in crate::town) static REMOTE: Script = Script {
    kind: "85208-7",
    title: "Téléconsultation",
    setting: VISIT,
    form: Form::Sections,
    parts: &[
        (
            REASON,
            "Motif",
            &[
                "[Renouvellement.|Résultats d'examens commentés.|Symptômes urinaires sans fièvre.] Consultation à distance acceptée, image et son de bonne qualité.",
            ],
        ),
        (
            ASSESSMENT,
            "Conclusion",
            &["[Pas de signe de gravité.|Situation stable.|Examen en présence à prévoir sous quinze jours.]"],
        ),
        (PLAN, "Suite", &["- [Ordonnance transmise|Bilan biologique prescrit|Rendez-vous au cabinet]"]),
    ],
};

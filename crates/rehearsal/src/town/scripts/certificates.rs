//! Certificates, and prescriptions of care and of tests.

use super::{ASSESSMENT, EXAMINATION, Form, PLAN, REASON, Script, VISIT};

script!(
    SPORT,
    "89601-9",
    "Certificat d'aptitude au sport",
    VISIT,
    Enclosed,
    (
        ASSESSMENT,
        "Certificat",
        &[
            "Je soussigné certifie avoir examiné ce jour {Le} {patient} de {age} et n'avoir pas constaté de contre-indication à la pratique [du football|de la natation|de la course à pied|de la danse|du judo|de l'aviron], y compris en compétition.",
            "Certificat établi à la demande de l'intéressé{e} et remis en main propre."
        ]
    )
);

script!(
    ABSENCE,
    "89601-9",
    "Certificat pour l'école",
    VISIT,
    Enclosed,
    (
        ASSESSMENT,
        "Certificat",
        &[
            "Je soussigné certifie que l'état de santé de l'enfant, âgé{e} de {age}, nécessite son maintien à domicile pendant {2-5} jours à compter de ce jour.",
            "Certificat remis aux parents."
        ]
    )
);

script!(
    WORK_STOP,
    "PRESC-AAT",
    "Arrêt de travail",
    VISIT,
    Enclosed,
    (
        PLAN,
        "Prescription",
        &[
            "Arrêt de travail de {3-21} jours à compter de ce jour. Sorties autorisées. [Reprise à temps complet prévue.|À prolonger si besoin.]"
        ]
    )
);

script!(
    CARE_BY_PHYSIO,
    "PRESC-KINE",
    "Ordonnance de kinésithérapie",
    VISIT,
    Enclosed,
    (
        PLAN,
        "Prescription",
        &[
            "{10-20} séances de rééducation [du rachis lombaire|du poignet {cote}|de la hanche {cotee}|à la marche et à l'équilibre], au cabinet ou à domicile."
        ]
    )
);

script!(
    CARE_BY_NURSE,
    "PRESC-INF",
    "Ordonnance de soins infirmiers",
    VISIT,
    Enclosed,
    (
        PLAN,
        "Prescription",
        &[
            "Passage [quotidien|deux fois par jour|trois fois par semaine] pendant {1-3} mois : [préparation du pilulier et surveillance de la tension|pansement|surveillance du poids et des œdèmes|injection et surveillance glycémique]."
        ]
    )
);

script!(
    LABORATORY_ORDER,
    "PRESC-BIO",
    "Ordonnance d'analyses",
    VISIT,
    Enclosed,
    (
        PLAN,
        "Prescription",
        &[
            "- Numération, plaquettes",
            "- Ionogramme, créatinine avec débit de filtration estimé",
            "- [HbA1c, glycémie à jeun|TSH|Bilan lipidique]",
            "À faire [à jeun|le matin], dans les {2-8} semaines."
        ]
    )
);

script!(
    LONG_ILLNESS,
    "PROT_ALD",
    "Protocole de soins (affection de longue durée)",
    VISIT,
    Enclosed,
    (REASON, "Affection", &["Affection de longue durée reconnue, prise en charge pour {3-10} ans."]),
    (
        PLAN,
        "Soins prévus",
        &[
            "- Consultations du médecin traitant et du spécialiste",
            "- Examens biologiques de surveillance",
            "- Médicaments de la maladie et dispositifs associés",
            "Protocole établi avec {Le} {patient}."
        ]
    )
);

script!(
    MONTH_8_DAYS,
    "CERT_DECL",
    "Certificat de santé du 8e jour",
    VISIT,
    Sections,
    (
        EXAMINATION,
        "Examen",
        &[
            "Né{e} à {38-41} semaines, {2850-3800} g, {48-52} cm, périmètre crânien {33-36} cm. Examen clinique normal, hanches stables, pouls fémoraux perçus. Dépistages néonatals faits, audition [testée, normale|à recontrôler d'un côté]. Vitamine K donnée."
        ]
    )
);

script!(
    MONTH_9,
    "CERT_DECL",
    "Certificat de santé du 9e mois",
    VISIT,
    Sections,
    (
        EXAMINATION,
        "Examen",
        &[
            "Poids {7-10} kg, taille {67-75} cm. Tient assis{e} sans appui, [rampe|se déplace à quatre pattes], réagit à son prénom. Vision et audition sans anomalie apparente. Vaccinations à jour."
        ]
    )
);

script!(
    MONTH_24,
    "CERT_DECL",
    "Certificat de santé du 24e mois",
    VISIT,
    Sections,
    (
        EXAMINATION,
        "Examen",
        &[
            "Poids {10-14} kg, taille {82-91} cm. Marche acquise, monte l'escalier. [Associe deux mots|Dit une vingtaine de mots]. Dents saines. Vaccinations obligatoires faites."
        ]
    )
);

script!(
    CHILD,
    "59283-2",
    "Examen de santé de l'enfant",
    VISIT,
    Sections,
    (
        EXAMINATION,
        "Examen",
        &[
            "Poids {kg} kg, taille {cm} cm, courbe régulière. Développement psychomoteur [harmonieux|conforme à l'âge]. Vision, audition, dents : [sans anomalie|lunettes récentes]. Vaccins vérifiés."
        ]
    ),
    (
        PLAN,
        "Conseils",
        &[
            "- Sommeil, écrans, alimentation : échanges avec les parents",
            "- Prochain examen selon le calendrier"
        ]
    )
);

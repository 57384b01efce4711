//! Operations, emergencies and births.

use super::{
    ALLERGIES, EVOLUTION, EXAMINATION, FINDINGS, Form, PLAN, PROCEDURE, REASON, STAY, Script, TREATMENT,
};

script!(
    HIP_OPERATION,
    "34874-8",
    "Compte rendu opératoire, hanche",
    STAY,
    Sections,
    (REASON, "Indication", &["Fracture cervicale vraie du fémur {cote}, déplacée (Garden IV)."]),
    (
        PROCEDURE,
        "Intervention",
        &[
            "Arthroplastie de hanche {cotee} par [voie postérieure|voie antérieure], [prothèse intermédiaire|prothèse totale] [cimentée|sans ciment]. Sous anesthésie [générale|rachidienne], décubitus latéral.",
            "Antibioprophylaxie par céfazoline 2 g. Réduction, tests de stabilité satisfaisants. Fermeture plan par plan, agrafes. Durée {58-95} min, saignement {150-400} mL.",
        ]
    ),
    (PLAN, "Consignes", &["- Lever dès le lendemain", "- Appui complet", "- Thromboprophylaxie 35 jours"])
);

script!(
    KNEE_OPERATION,
    "34874-8",
    "Compte rendu opératoire, genou",
    STAY,
    Sections,
    (
        REASON,
        "Indication",
        &["Gonarthrose {cotee} évoluée, périmètre de marche réduit à {200-600} m malgré traitement médical."]
    ),
    (
        PROCEDURE,
        "Intervention",
        &[
            "Prothèse totale de genou {cote} par voie antéromédiale, sous rachianesthésie, garrot {52-78} min. Coupes guidées, bonne balance ligamentaire, flexion peropératoire {115-130}°. Fermeture sans drain."
        ]
    ),
    (
        PLAN,
        "Consignes",
        &["- Rééducation dès le jour même", "- Cannes trois semaines", "- Contrôle à six semaines"]
    )
);

script!(
    CATARACT_OPERATION,
    "34874-8",
    "Compte rendu opératoire, cataracte",
    STAY,
    Enclosed,
    (REASON, "Indication", &["Cataracte de l'œil {cote}, acuité {2-5}/10."]),
    (
        PROCEDURE,
        "Intervention",
        &[
            "Phacoémulsification sous anesthésie topique, implant souple de chambre postérieure +{18-24} D. Pas d'incident. Durée {11-19} min."
        ]
    ),
    (PLAN, "Consignes", &["- Collyres quatre semaines selon ordonnance", "- Contrôle à J7"])
);

script!(
    APPENDIX_OPERATION,
    "34874-8",
    "Compte rendu opératoire, appendicectomie",
    STAY,
    Sections,
    (REASON, "Indication", &["Appendicite aiguë non compliquée, confirmée au scanner."]),
    (
        PROCEDURE,
        "Intervention",
        &[
            "Cœlioscopie à trois trocarts. Appendice [phlegmoneux|inflammatoire], liquide réactionnel minime. Appendicectomie, toilette, pas de drainage. Durée {32-58} min."
        ]
    ),
    (PLAN, "Consignes", &["- Sortie à J1", "- Pas de sport pendant trois semaines"])
);

script!(
    ANAESTHESIA,
    "34749-2",
    "Consultation d'anesthésie",
    STAY,
    Enclosed,
    (REASON, "Motif", &["Consultation avant intervention programmée, {Le} {patient} de {age}."]),
    (ALLERGIES, "Allergies", &["{allergy}"]),
    (
        EXAMINATION,
        "Examen",
        &[
            "Poids {kg} kg, taille {cm} cm, TA {ta}. Mallampati {1-3}, ouverture de bouche normale. ASA {1-3}."
        ]
    ),
    (
        PLAN,
        "Conclusion",
        &[
            "- Anesthésie [générale|locorégionale] expliquée et acceptée",
            "- Jeûne solide six heures, liquides clairs deux heures",
            "- [Traitement habituel poursuivi|Metformine arrêtée la veille]"
        ]
    )
);

script!(
    EMERGENCY_FALL,
    "15507-7",
    "Passage aux urgences pour chute",
    STAY,
    Sections,
    (
        REASON,
        "Motif",
        &[
            "[Chute dans l'escalier|Chute à vélo|Chute au sport|Chute de sa hauteur] avec douleur du [poignet|bras] {cote}."
        ]
    ),
    (
        EXAMINATION,
        "Examen",
        &[
            "TA {ta}, pouls {fc}/min, Glasgow 15. Déformation et impotence du poignet {cote}, pas de trouble vasculonerveux."
        ]
    ),
    (
        FINDINGS,
        "Examens",
        &["Radiographies : fracture de l'extrémité distale du radius {cote}, [peu déplacée|non déplacée]."]
    ),
    (
        PLAN,
        "Orientation",
        &[
            "- Réduction sous MEOPA et immobilisation plâtrée",
            "- Contrôle radiographique à une semaine",
            "- Antalgiques, surveillance sous plâtre remise par écrit"
        ]
    )
);

script!(
    EMERGENCY_ASTHMA,
    "15507-7",
    "Passage aux urgences pour crise d'asthme",
    STAY,
    Sections,
    (
        REASON,
        "Motif",
        &[
            "Crise d'asthme depuis {3-9} heures [après exposition au chat|dans un contexte de rhinite|à l'effort]."
        ]
    ),
    (
        EXAMINATION,
        "Examen",
        &[
            "SpO₂ {91-94} %, fréquence respiratoire {24-32}/min, sibilants bilatéraux. DEP {45-65} % de la valeur habituelle."
        ]
    ),
    (
        EVOLUTION,
        "Évolution",
        &["Trois nébulisations de salbutamol, prednisolone orale. DEP à {78-92} % après deux heures."]
    ),
    (
        PLAN,
        "Orientation",
        &["- Retour à domicile, corticoïde oral cinq jours", "- Consultation chez {doctor} sous 72 heures"]
    )
);

script!(
    EMERGENCY_CHILD,
    "15507-7",
    "Passage aux urgences pédiatriques",
    STAY,
    Sections,
    (
        REASON,
        "Motif",
        &[
            "[Fièvre mal tolérée.|Gêne respiratoire.|Traumatisme crânien sans perte de connaissance.] Enfant de {age}."
        ]
    ),
    (
        EXAMINATION,
        "Examen",
        &[
            "Température {fever} °C, SpO₂ {sat} %, {kg} kg. Bon état hémodynamique, [méninges souples|tirage intercostal modéré|examen neurologique normal]."
        ]
    ),
    (
        PLAN,
        "Orientation",
        &[
            "- Retour à domicile après surveillance de {3-6} heures",
            "- Consignes écrites remises aux parents"
        ]
    )
);

script!(
    DELIVERY,
    "15508-5",
    "Compte rendu d'accouchement",
    STAY,
    Sections,
    (
        REASON,
        "Contexte",
        &[
            "Grossesse de {38-41} semaines d'aménorrhée, [premier accouchement|deuxième accouchement], travail spontané."
        ]
    ),
    (
        PROCEDURE,
        "Accouchement",
        &[
            "Analgésie péridurale. Durée du travail {4-11} h. Naissance par [voie basse spontanée|voie basse avec ventouse|césarienne pour stagnation]. Enfant vivant, {2850-3900} g, Apgar [10/10/10|9/10/10|8/10/10]. Pertes {150-450} mL."
        ]
    ),
    (PLAN, "Suites", &["Allaitement [maternel|mixte|artificiel]. Consultation postnatale à six semaines."])
);

script!(
    MATERNITY,
    "89235-6",
    "Synthèse des suites de couches",
    STAY,
    Enclosed,
    (
        EVOLUTION,
        "Séjour en maternité",
        &[
            "Suites simples, {days} jours. TA {114-126}/{64-76} mmHg, hémoglobine {104-124} g/L. Rhésus et rubéole vérifiés."
        ]
    ),
    (
        PLAN,
        "Sortie",
        &[
            "- Passage de la sage-femme à domicile à deux reprises",
            "- Rééducation périnéale après la consultation postnatale"
        ]
    )
);

script!(
    CONCILIATION,
    "80820-4",
    "Conciliation des traitements",
    STAY,
    Enclosed,
    (
        TREATMENT,
        "Bilan à l'entrée",
        &[
            "Sources : ordonnance, pharmacie, entretien. [Aucune divergence.|Une divergence : somnifère non déclaré, arrêté.|Deux doublons corrigés.]"
        ]
    ),
    (PLAN, "Transmission", &["Liste comparée remise à la sortie et transmise à {doctor}."])
);

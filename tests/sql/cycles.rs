//! Tables that refer to themselves and to each other.

use crate::cases::Case;

#[test]
fn a_tree_and_a_cycle_are_filled_by_a_second_pass() {
    Case {
        name: "cycle",
        moves: "move legacy.staff s -> shop.employee {
  batch 2 rows by s.id
  key id <- uuid5(\"employee\", s.id)
  old_id <- s.id
  boss_id <- ref shop.employee(s.boss)
  team_id <- ref shop.team(s.team)
}

move legacy.teams t -> shop.team {
  key id <- sequence(t.id)
  name <- t.name
  lead_id <- ref shop.employee(t.lead)
}",
        source: "CREATE TABLE teams (id INTEGER PRIMARY KEY, name VARCHAR(9) NOT NULL, lead INTEGER);
CREATE TABLE staff (id INTEGER PRIMARY KEY, boss INTEGER REFERENCES staff (id), team INTEGER REFERENCES teams (id))",
        target: "CREATE TABLE team (id {key}, name VARCHAR(9) NOT NULL, lead_id {lite:CHAR(36)}{pg:uuid}{my:uuid});
CREATE TABLE employee (id {lite:CHAR(36) NOT NULL}{pg:uuid}{my:uuid} PRIMARY KEY, old_id INTEGER, boss_id {lite:CHAR(36)}{pg:uuid}{my:uuid} REFERENCES employee (id), team_id {lite:INTEGER}{pg:bigint}{my:bigint} REFERENCES team (id));
{lite:CREATE INDEX by_lead ON team (lead_id)}{pg:ALTER TABLE team ADD FOREIGN KEY (lead_id) REFERENCES employee (id)}{my:ALTER TABLE team ADD FOREIGN KEY (lead_id) REFERENCES employee (id)}",
        rows: "INSERT INTO teams VALUES (7, 'seven', 3), (3, 'three', NULL), (5, 'five', 1);
INSERT INTO staff VALUES (1, 3, 7), (2, 1, 3), (3, NULL, 5), (4, 4, NULL), (5, 2, 7)",
        query: "SELECT e.old_id, b.old_id, t.name, l.old_id FROM employee e LEFT JOIN employee b ON b.id = e.boss_id
LEFT JOIN team t ON t.id = e.team_id LEFT JOIN employee l ON l.id = t.lead_id ORDER BY e.old_id",
        wanted: "1|3|seven|3\n2|1|three|\n3||five|1\n4|4||\n5|2|seven|3",
        ..Case::default()
    }
    .moves_and_comes_back();
}

#[test]
fn tables_that_need_each_other_load_together() {
    Case {
        name: "together",
        beyond_mysql: "deferred constraints",
        moves: "move legacy.hens h -> shop.hen {
  key id <- h.id
  egg_id <- h.egg
}

move legacy.eggs e -> shop.egg {
  key id <- e.id
  hen_id <- e.hen
}",
        source: "CREATE TABLE hens (id INTEGER PRIMARY KEY, egg INTEGER NOT NULL); CREATE TABLE eggs (id INTEGER PRIMARY KEY, hen INTEGER NOT NULL)",
        target: "CREATE TABLE hen (id INTEGER PRIMARY KEY, egg_id INTEGER NOT NULL {lite:REFERENCES egg (id) DEFERRABLE INITIALLY DEFERRED});
CREATE TABLE egg (id INTEGER PRIMARY KEY, hen_id INTEGER NOT NULL REFERENCES hen (id) DEFERRABLE);
{pg:ALTER TABLE hen ADD FOREIGN KEY (egg_id) REFERENCES egg (id) DEFERRABLE}",
        rows: "INSERT INTO hens VALUES (1, 20), (2, 30), (3, 10); INSERT INTO eggs VALUES (10, 1), (20, 2), (30, 3)",
        query: "SELECT h.id, e.id, e.hen_id FROM hen h JOIN egg e ON e.id = h.egg_id ORDER BY 1",
        wanted: "1|20|2\n2|30|3\n3|10|1",
        ..Case::default()
    }
    .moves_and_comes_back();
}

#[test]
fn a_cycle_over_rows_that_exist_gives_them_back() {
    for (word, wanted) in
        [("skip", "1|2|a\n2|9|old\n3||c\n9||other"), ("update", "1|2|a\n2|3|b\n3||c\n9||other")]
    {
        let moves = format!(
            "move legacy.nodes n -> shop.node {{
  batch 2 rows by n.id
  key id <- n.id
  next_id <- ref shop.node(n.next)
  name <- n.name
  on conflict {word}
}}"
        );
        Case {
            name: "cycle_over",
 beyond_mysql: "",
            moves: Box::leak(moves.into_boxed_str()),
            source: "CREATE TABLE nodes (id INTEGER PRIMARY KEY, next INTEGER, name VARCHAR(9))",
            target: "CREATE TABLE node (id INTEGER PRIMARY KEY, next_id INTEGER REFERENCES node (id), name VARCHAR(9))",
            rows: "INSERT INTO nodes VALUES (1, 2, 'a'), (2, 3, 'b'), (3, NULL, 'c')",
            there: "INSERT INTO node VALUES (9, NULL, 'other'), (2, 9, 'old')",
            query: "SELECT id, next_id, name FROM node ORDER BY id",
            wanted,
        }
        .moves_and_comes_back();
    }
}

#[test]
fn a_cycle_of_two_tables_over_rows_that_exist_gives_them_back() {
    Case {
        name: "two_over",
 beyond_mysql: "",
        moves: "move legacy.teams t -> shop.team {
  key id <- t.id
  lead_id <- ref shop.employee(t.lead)
  on conflict update
}

move legacy.staff s -> shop.employee {
  batch 1 rows by s.id
  key id <- s.id
  team_id <- ref shop.team(s.team)
  on conflict update
}",
        source: "CREATE TABLE teams (id INTEGER PRIMARY KEY, lead INTEGER); CREATE TABLE staff (id INTEGER PRIMARY KEY, team INTEGER)",
        target: "CREATE TABLE team (id INTEGER PRIMARY KEY, lead_id INTEGER, more VARCHAR(9));
CREATE TABLE employee (id INTEGER PRIMARY KEY, team_id INTEGER REFERENCES team (id), more VARCHAR(9));
{lite:CREATE INDEX by_lead ON team (lead_id)}{pg:ALTER TABLE team ADD FOREIGN KEY (lead_id) REFERENCES employee (id)}{my:ALTER TABLE team ADD FOREIGN KEY (lead_id) REFERENCES employee (id)}",
        rows: "INSERT INTO teams VALUES (1, 11), (2, 10); INSERT INTO staff VALUES (10, 1), (11, 2), (12, NULL)",
        there: "INSERT INTO team VALUES (1, NULL, 'kept'); INSERT INTO employee VALUES (10, 1, 'kept'), (99, 1, NULL); UPDATE team SET lead_id = 99",
        query: "SELECT e.id, e.team_id, e.more, t.lead_id, t.more FROM employee e LEFT JOIN team t ON t.id = e.team_id ORDER BY e.id",
        wanted: "10|1|kept|11|kept\n11|2||10|\n12||||\n99|1||11|kept",
    }
    .moves_and_comes_back();
}

#[test]
fn what_loads_together_leaves_rows_that_exist() {
    Case {
        name: "together_over",
        beyond_mysql: "deferred constraints",
        moves: "move legacy.hens h -> shop.hen {
  key id <- h.id
  egg_id <- h.egg
  on conflict skip
}

move legacy.eggs e -> shop.egg {
  key id <- e.id
  hen_id <- e.hen
  on conflict update
}",
        source: "CREATE TABLE hens (id INTEGER PRIMARY KEY, egg INTEGER NOT NULL); CREATE TABLE eggs (id INTEGER PRIMARY KEY, hen INTEGER NOT NULL)",
        target: "CREATE TABLE hen (id INTEGER PRIMARY KEY, egg_id INTEGER NOT NULL {lite:REFERENCES egg (id) DEFERRABLE INITIALLY DEFERRED});
CREATE TABLE egg (id INTEGER PRIMARY KEY, hen_id INTEGER NOT NULL REFERENCES hen (id) DEFERRABLE);
{pg:ALTER TABLE hen ADD FOREIGN KEY (egg_id) REFERENCES egg (id) DEFERRABLE}",
        rows: "INSERT INTO hens VALUES (1, 20), (2, 10); INSERT INTO eggs VALUES (10, 2), (20, 2)",
        there: "BEGIN; {pg:SET CONSTRAINTS ALL DEFERRED;} INSERT INTO hen VALUES (1, 10); INSERT INTO egg VALUES (10, 1); COMMIT",
        query: "SELECT h.id, h.egg_id, e.id, e.hen_id FROM hen h JOIN egg e ON e.id = h.egg_id ORDER BY 1",
        wanted: "1|10|10|2\n2|10|10|2",
    }
    .moves_and_comes_back();
}

-- Everything that MySQL's DDL can say and that a move must know. "Quotes' here open nothing.
# And neither do these: ' "
/*M!999999\- enable the sandbox mode */
/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET NAMES utf8mb4 */;
CREATE DATABASE /*!32312 IF NOT EXISTS*/ `hard` /*!40100 DEFAULT CHARACTER SET latin1 COLLATE latin1_german1_ci */;
USE `hard`;
SET foreign_key_checks = 0;
DROP TABLE IF EXISTS `numbers`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `numbers` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT COMMENT 'it''s; a \'key\'',
  `t` tinyint(3) unsigned zerofill DEFAULT NULL,
  b BOOL NOT NULL DEFAULT TRUE,
  `flag` tinyint(1) DEFAULT 0,
  `flag_u` tinyint(1) unsigned DEFAULT 0,
  `s` smallint(6) NOT NULL DEFAULT -5,
  m MEDIUMINT UNSIGNED,
  `i` int(10) unsigned DEFAULT 42,
  `big` bigint(20) DEFAULT NULL,
  `price` decimal(10,2) unsigned NOT NULL DEFAULT 0.00,
  `plain` numeric, d DEC(7), fx FIXED(5,1), f float(7,3), r REAL, dp DOUBLE PRECISION, f53 FLOAT(53),
  `bits` bit(8) DEFAULT b'101',
  `one` bit(1) DEFAULT NULL,
  `y` year(4) DEFAULT 2001,
  PRIMARY KEY (`id`) USING BTREE,
  UNIQUE KEY `u` (`i`,`big` DESC) COMMENT 'a (comment), with; all',
  KEY `s` (`s`), INDEX (m), KEY by_price USING HASH (price)
) ENGINE=InnoDB AUTO_INCREMENT=17 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci ROW_FORMAT=DYNAMIC COMMENT='a table; of "numbers"';
/*!40101 SET character_set_client = @saved_cs_client */;

CREATE TABLE texts (
  code CHAR(3) CHARACTER SET ascii NOT NULL,
  name VARCHAR(100) NOT NULL DEFAULT "say \"hi\"",
  old VARCHAR(20) CHARACTER SET utf8 COLLATE utf8_bin,
  nat NATIONAL VARCHAR(30), nc NCHAR(2), nv NVARCHAR(9),
  four VARCHAR(50) CHARACTER SET utf8mb4,
  kana varchar(9) charset sjis collate sjis_bin,
  bin VARCHAR(10) BINARY CHARACTER SET latin1, raw CHAR(4) CHARACTER SET binary, rawer TEXT CHARACTER SET binary,
  tiny TINYTEXT, `text` TEXT COLLATE latin1_general_cs, medium MEDIUMTEXT, l LONG VARCHAR, body LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  b BINARY(16), vb VARBINARY(255), tb TINYBLOB, bl BLOB, mb MEDIUMBLOB, lb LONGBLOB,
  state ENUM('new','it''s "old"','back\\slash','comma,paren)') NOT NULL DEFAULT 'new',
  tags SET('a','b') CHARACTER SET utf8mb3 DEFAULT 'a,b',
  doc JSON,
  PRIMARY KEY (code),
  UNIQUE KEY prefix (name(10)), UNIQUE whole (four(50)), CONSTRAINT named UNIQUE KEY (old, nat),
  FULLTEXT KEY ft (name, tiny), KEY partly (`text`(20), code)
);

CREATE TABLE moments (
  id INT PRIMARY KEY,
  d DATE DEFAULT '1000-01-01', t TIME, t3 TIME(3), dt DATETIME, dt6 DATETIME(6) DEFAULT NOW(6) ON UPDATE NOW(6),
  ts TIMESTAMP NULL DEFAULT NULL,
  `changed` timestamp(3) NOT NULL DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3),
  expression VARCHAR(36) DEFAULT (concat('a', ",b)", 'c')),
  plus INT GENERATED ALWAYS AS (id + 1) VIRTUAL,
  kept VARCHAR(80) AS (concat("x'y", d)) PERSISTENT UNIQUE,
  again INT AS (id * 2) STORED COMMENT 'stored'
);

CREATE TABLE parents (
  a INT NOT NULL, b VARCHAR(10) NOT NULL, self_a INT, self_b VARCHAR(10),
  u INT UNIQUE KEY, hidden INT INVISIBLE DEFAULT 1,
  PRIMARY KEY (b, a),
  CONSTRAINT self FOREIGN KEY (self_b, self_a) REFERENCES parents (b, a) ON DELETE SET NULL ON UPDATE CASCADE
) DEFAULT CHARACTER SET = utf8mb3 COLLATE = utf8mb3_unicode_ci;

CREATE TABLE children (
  id SERIAL,
  pa INT, pb VARCHAR(10) CHARACTER SET utf8mb3 COLLATE utf8mb3_unicode_ci,
  pu INT REFERENCES parents (u) ON DELETE CASCADE,
  nid BIGINT UNSIGNED NOT NULL,
  note VARCHAR(40) CHECK (note <> "it's \"x\"" AND note <> 'back\\slash' OR note = 'a\'b'),
  pattern VARCHAR(40),
  CHECK (pattern LIKE 'a\_%' || pattern = 'tab\t' || pattern IS NULL),
  CONSTRAINT pair CHECK (pa > 0 and pb is not null or pa is null),
  FOREIGN KEY fk_index (pb, pa) REFERENCES `hard`.`parents` (b, a),
  CONSTRAINT to_numbers FOREIGN KEY (nid) REFERENCES numbers (id) ON DELETE NO ACTION
);

CREATE TABLE parts (id INT NOT NULL, at DATE NOT NULL, PRIMARY KEY (id, at)) ENGINE=InnoDB
/*!50100 PARTITION BY RANGE (year(`at`))
(PARTITION p0 VALUES LESS THAN (2000) ENGINE = InnoDB,
 PARTITION p1 VALUES LESS THAN MAXVALUE ENGINE = InnoDB) */;

CREATE TABLE copy LIKE moments;
CREATE TABLE IF NOT EXISTS copy (nothing INT);
CREATE TEMPORARY TABLE passing (x INT);
CREATE OR REPLACE TABLE twice (x INT);
CREATE OR REPLACE TABLE twice (y INT, z DATE NOT NULL);

CREATE TABLE changed (id INT, gone INT, num INT, txt VARCHAR(10), later INT, KEY k (num), UNIQUE KEY (txt));
ALTER TABLE `changed`
  ADD PRIMARY KEY (`id`),
  DROP COLUMN gone,
  ADD UNIQUE KEY `un` (`num`), DROP KEY k;
ALTER TABLE `changed` MODIFY `id` int(10) unsigned NOT NULL AUTO_INCREMENT, AUTO_INCREMENT=3;
ALTER TABLE changed CHANGE COLUMN num numero BIGINT NOT NULL DEFAULT 7 FIRST, ADD COLUMN (x1 INT, x2 TEXT);
ALTER TABLE changed ADD extra CHAR(5) NOT NULL AFTER id, RENAME COLUMN later TO latest;
ALTER TABLE changed ALTER COLUMN latest SET DEFAULT 9;
ALTER TABLE changed CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, ENGINE=InnoDB COMMENT='x';
ALTER TABLE changed ADD CONSTRAINT `changed_ibfk_1` FOREIGN KEY (latest) REFERENCES moments (id) ON DELETE SET NULL;
ALTER TABLE changed ADD FULLTEXT KEY (txt), ADD CHECK (numero > 3);
ALTER TABLE moments RENAME TO times, ADD INDEX by_d (d);
RENAME TABLE parts TO portions, twice TO thrice;
CREATE UNIQUE INDEX late ON thrice (z, y);
CREATE INDEX by_y USING BTREE ON thrice (y DESC);
DROP INDEX late ON thrice;
CREATE SEQUENCE counter START WITH 5 INCREMENT BY 1;
INSERT INTO numbers (s) VALUES (1), ('2');

DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER `before_insert` BEFORE INSERT ON `numbers` FOR EACH ROW
BEGIN
  IF NEW.s = ';' THEN SET NEW.s = 1; END IF;
END */;;
CREATE TRIGGER after_delete AFTER DELETE ON numbers FOR EACH ROW SET @x = 1;;
DELIMITER $$
CREATE PROCEDURE work() BEGIN DECLARE x INT; SELECT 'CREATE TABLE fake (x int);'; END$$
CREATE DEFINER=`root`@`localhost` TRIGGER after_update AFTER UPDATE ON texts FOR EACH ROW BEGIN SET @a = "$"; END $$
DELIMITER ;
CREATE ALGORITHM=UNDEFINED DEFINER=`root`@`localhost` SQL SECURITY DEFINER VIEW `seen` AS select `numbers`.`id` AS `id` from `numbers`;
/*!50001 CREATE VIEW `temp_view` AS SELECT 1 AS `a` */;
/*!50001 DROP VIEW IF EXISTS `temp_view`*/;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */
/*!50001 VIEW `temp_view` AS select `numbers`.`id` AS `a` from `numbers` */;

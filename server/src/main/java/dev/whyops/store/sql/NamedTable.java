package dev.whyops.store.sql;

import static org.jooq.impl.DSL.name;

import java.time.Instant;
import org.jooq.Converter;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.SQLDataType;
import org.jooq.impl.TableImpl;

/**
 * A table and the making of its columns: text, whole numbers, and what is kept as those. Instants
 * are milliseconds since 1970, flags 0 or 1, choices the names of an enum.
 */
abstract class NamedTable extends TableImpl<Record> {
  private static final long serialVersionUID = 1;

  private static final DataType<Instant> INSTANT =
      SQLDataType.BIGINT.asConvertedDataType(
          Converter.ofNullable(
              Long.class, Instant.class, Instant::ofEpochMilli, Instant::toEpochMilli));
  private static final DataType<Boolean> FLAG =
      SQLDataType.INTEGER.asConvertedDataType(
          Converter.ofNullable(
              Integer.class, Boolean.class, number -> number != 0, flag -> flag ? 1 : 0));

  NamedTable(String tableName) {
    super(name(tableName));
  }

  final <T> Field<T> column(String column, DataType<T> type) {
    return createField(name(column), type);
  }

  final Field<String> text(String column) {
    return column(column, SQLDataType.CLOB);
  }

  final Field<Instant> instant(String column) {
    return column(column, INSTANT);
  }

  final Field<Boolean> flag(String column) {
    return column(column, FLAG);
  }

  final Field<Integer> number(String column) {
    return column(column, SQLDataType.INTEGER);
  }

  final Field<Long> bigNumber(String column) {
    return column(column, SQLDataType.BIGINT);
  }

  final <E extends Enum<E>> Field<E> choice(String column, Class<E> type) {
    return column(
        column,
        SQLDataType.CLOB.asConvertedDataType(
            Converter.ofNullable(
                String.class, type, text -> Enum.valueOf(type, text), Enum::name)));
  }
}

package io.confluent.kafka.schemaregistry.protobuf;

import io.confluent.kafka.schemaregistry.AbstractSchemaProvider;
import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.client.rest.entities.Schema;

public class ProtobufSchemaProvider extends AbstractSchemaProvider {
    @Override
    public String schemaType() {
        return "PROTOBUF";
    }

    @Override
    public ParsedSchema parseSchemaOrElseThrow(Schema schema, boolean isNew, boolean normalize) {
        return new ProtobufSchema(schema.getSchema(), schema.getReferences());
    }
}

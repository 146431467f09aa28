FROM node:24-bookworm-slim
WORKDIR /opt/lepton
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force
COPY bin bin
COPY spi spi
COPY server server
COPY catalog catalog
COPY etc etc
RUN mkdir -p /data && chown node:node /data /opt/lepton
USER node
ENV LEPTON_SUPERVISE=1 NODE_COMPILE_CACHE=/tmp/lepton-compile-cache
EXPOSE 8080
VOLUME /data
HEALTHCHECK --interval=10s --timeout=3s CMD ["node", "-e", "fetch('http://127.0.0.1:8080/v1/info').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["bin/lepton"]
CMD ["--etc-dir", "/opt/lepton/etc"]

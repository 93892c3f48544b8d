ARG NODE=24-slim

FROM node:${NODE} AS build
# 0 leaves the native engine out: 400 MB less, and training takes twice as long.
ARG NATIVE=1
WORKDIR /inkling
# Packages change less often than sources; training/native/core is a package of this repository.
COPY package.json package-lock.json .npmrc ./
COPY training/native/core ./training/native/core
# The optional packages too: Vite's native binding is one of them.
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --no-audit
COPY shared ./shared
COPY training ./training
# Where TensorFlow cannot be downloaded, or does not run on this processor, the image is built without it: WASM does all.
RUN if [ "$NATIVE" = 1 ]; then NODE_USE_ENV_PROXY=1 node training/native/install.ts --if-missing || true; fi
COPY . .
# Nobody needs the packages that bring Node 24 to older machines, nor source maps, a quarter of what packages weigh.
RUN npm run build \
 && rm -rf node_modules/node-*-*64 node_modules/.bin/node \
 && find node_modules -name '*.map' -delete

FROM node:${NODE}
LABEL org.opencontainers.image.title="Inkling" \
      org.opencontainers.image.description="Reads a handwritten digit while it is being written" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production DATA_DIR=/data PORT=8501
WORKDIR /inkling
COPY --from=build /inkling/package.json /inkling/init.sql ./
COPY --from=build /inkling/node_modules ./node_modules
COPY --from=build /inkling/shared ./shared
COPY --from=build /inkling/training ./training
COPY --from=build /inkling/db ./db
COPY --from=build /inkling/models ./models
COPY --from=build /inkling/server ./server
COPY --from=build /inkling/client/dist ./client/dist
RUN install -d -o node -g node -m 700 /data
VOLUME /data
# By number, so that an orchestrator can see that it is not root.
USER 1000:1000
EXPOSE 8501
# Generous, so that a busy machine is not an ill one.
HEALTHCHECK --interval=10s --timeout=10s --start-period=120s --retries=3 \
  CMD ["node", "-e", "fetch(`http://localhost:${process.env.PORT}/healthz`).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node itself, not npm: signals reach the server, which stops gracefully and reaps its own processes.
CMD ["node", "--max-semi-space-size=8", "server/start.mjs"]

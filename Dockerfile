# syntax=docker/dockerfile:1
ARG NODE=24-slim

FROM node:${NODE} AS build
# 1 takes the native engine along, from the official download: 400 MB more, and training twice as fast.
ARG NATIVE=0
WORKDIR /inkling
# Packages change less often than sources. The optional ones bring Node 24 to older machines, and this image is Node 24.
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --omit=optional --no-audit
COPY shared ./shared
COPY training ./training
COPY native ./native
RUN --mount=type=cache,target=/root/.npm if [ "$NATIVE" = 1 ]; then npm run native; fi
COPY . .
RUN npm run build

FROM node:${NODE}
LABEL org.opencontainers.image.title="Inkling" \
      org.opencontainers.image.description="Reads a handwritten digit while it is being written" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production DATA_DIR=/data PORT=8501
WORKDIR /inkling
COPY --from=build /inkling/package.json /inkling/init.sql ./
COPY --from=build /inkling/node_modules ./node_modules
COPY --from=build /inkling/native ./native
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
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://localhost:${process.env.PORT}/healthz`).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node itself, not npm: signals reach the server, which stops gracefully and reaps its own processes.
CMD ["node", "--max-semi-space-size=8", "server/start.mjs"]
